import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, test } from 'vitest';
import { Settings } from '../../src/commands/host/settings.js';
import { schemaNames } from '../../src/commands/line/schema-names.js';
import { schemaText } from '../../src/commands/schema.js';
import { completeExperiment } from '../../src/experiment/draft.js';
import { loadPreset } from '../../src/experiment/preset.js';
import { loadSweep } from '../../src/sweep/sweep-file.js';
import { projectFolder } from '../support/terminal-program.js';

const folder = mkdtempSync(join(tmpdir(), 'teachtop-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: object): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
};

const $schema = '../node_modules/teachtop/schemas/preset.schema.json';

test.each(schemaNames)('schemas/%s.schema.json is what npm run generate writes', (name) => {
  const path = join(projectFolder, 'schemas', `${name}.schema.json`);
  expect(readFileSync(path, 'utf8').trimEnd()).toBe(schemaText(name));
});

test.each(schemaNames)('the schema of %s has regular expressions that other languages read too', (name) => {
  expect(schemaText(name)).not.toMatch(/\\[pP]\{/);
});

const ajv = new Ajv({ strictTypes: false });
for (const name of ['preset', 'sweep', 'settings'] as const)
  ajv.addSchema(JSON.parse(schemaText(name)), name);

/** What a schema says of a file: nothing, or its complaints. */
const complaint = (name: 'preset' | 'sweep' | 'settings', content: unknown): string | null =>
  ajv.validate(name, content) ? null : ajv.errorsText();

describe('an editor with the schema of a preset', () => {
  const preset = { title: 'Mine', look: 'Look here.', shows: 'Nothing yet.', experiment: { m: 4, lr: 0.5 } };
  const deep = { ...preset, experiment: { kind: 'multi-layer', ks: [4, 5] } };

  test.each([
    ['sweep', 'presets/sweeps'],
    ['preset', 'presets'],
  ] as const)('takes every shipped %s', (name, path) => {
    const files = readdirSync(join(projectFolder, path)).filter((file) => file.endsWith('.json'));
    const complaints = files.map((file) =>
      complaint(name, JSON.parse(readFileSync(join(projectFolder, path, file), 'utf8'))),
    );
    expect(complaints.filter((text) => text !== null)).toEqual([]);
  });

  test('takes settings of either kind by both names, interventions and breakpoints', () => {
    const interventions = [{ at: 100, kind: 'noise', scale: 0.5 }];
    const full = { $schema, ...preset, interventions, breakpoints: ['lost'] };
    expect([complaint('preset', full), complaint('preset', deep)]).toEqual([null, null]);
  });

  test.each([
    ['an unknown key', { ...preset, titel: 'Mine' }],
    ['an unknown setting', { ...preset, experiment: { mm: 4 } }],
    ['a setting of the other kind', { ...preset, experiment: { hidden: [4] } }],
    ['a setting out of bounds', { ...preset, experiment: { m: 0 } }],
    ['an intervention without its number', { ...preset, interventions: [{ at: 1, kind: 'noise' }] }],
  ])('marks %s', (_, content) => {
    expect(complaint('preset', content)).not.toBeNull();
  });
});

describe('the program takes $schema', () => {
  test('in a preset', () => {
    const path = write('preset.json', { $schema, title: 'T', look: 'L', shows: 'S', experiment: { m: 4 } });
    expect(completeExperiment(loadPreset(path).draft)).toMatchObject({ m: 4 });
  });

  test('in a sweep, whose runs do not depend on it', () => {
    const sweep = { title: 'T', shows: 'S', grid: { multi: [1, 2] }, seeds: { count: 1 } };
    const paths = [write('plain.json', sweep), write('with.json', { $schema, ...sweep })];
    const [plain, named] = paths.map((path) => loadSweep(path).file);
    expect(named).toEqual(plain);
  });

  test('in its settings', async () => {
    write('settings.json', { $schema, threshold: 0.9 });
    const warnings: string[] = [];
    const settings = await Settings.open(folder, (line) => warnings.push(line));
    expect([settings.values.threshold, warnings]).toEqual([0.9, []]);
    expect(complaint('settings', { $schema, ...settings.values })).toBeNull();
  });
});
