import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { resolveFrameEvery, totalSteps } from '../../src/experiment/cadence.js';
import { completeExperiment } from '../../src/experiment/draft.js';
import { listPresets, loadPreset } from '../../src/experiment/preset.js';
import { UserError } from '../../src/input/user-error.js';
import { twoLayer } from '../support/two-layer.js';

const folder = mkdtempSync(join(tmpdir(), 'teachtop-preset-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (text: string, name = 'mine.json'): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const valid = { title: 'Mine', look: 'Look here.', shows: 'Nothing yet.', experiment: { m: 4, lr: 0.5 } };

const refusal = (path: string): string => {
  try {
    completeExperiment(loadPreset(path).draft);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('shipped presets', () => {
  const presets = listPresets();

  test('come in a fixed order, the quick start first', () => {
    expect(presets.map(({ name }) => name)).toEqual([
      'quick-start',
      'strong-first',
      'no-over-realization',
      'ten-fold',
      'paper-m10',
      'paper-m20',
      'adversarial-init',
      'helped-init',
      'theory-data',
      'tiny-batches',
      'full-batch',
      'deep-layers',
      'deep-batch-norm',
      'deep-cross-entropy',
      'deep-mnist',
      'deep-images',
      'deep-paper',
      'symmetries',
      'weight-decay',
      'lazy',
      'hidden-manifold',
      'langevin',
      'committee-erf',
      'committee-relu',
    ]);
  });

  test.each(presets.map((preset) => [preset.name, preset] as const))(
    '%s is a runnable experiment with short texts and enough frames to watch',
    (_, { draft, title, look, shows }) => {
      const experiment = completeExperiment(draft);
      expect(title.length).toBeLessThanOrEqual(40);
      expect(Math.max(look.length, shows.length)).toBeLessThanOrEqual(160);
      expect(look).toMatch(/\.$/);
      expect(totalSteps(experiment) / resolveFrameEvery(experiment)).toBeGreaterThanOrEqual(30);
    },
  );

  test('show what their names say', () => {
    const of = (name: string) => twoLayer(completeExperiment(loadPreset(name).draft));
    expect(of('strong-first')).toMatchObject({ strengthDecay: 2, multi: 5 });
    expect(of('no-over-realization')).toMatchObject({ multi: 1 });
    expect(of('ten-fold')).toEqual({ ...of('no-over-realization'), multi: 10, n: 10 * of('ten-fold').m });
    expect(of('paper-m10')).toMatchObject({ d: 100, m: 10, c: 50 });
    expect(of('paper-m20')).toMatchObject({ d: 100, m: 20, c: 50 });
    expect(of('adversarial-init').advInit).toBe('adv');
    expect(of('helped-init').advInit).toBe('help');
    expect(of('theory-data').theoryData).toBe(true);
    expect(of('tiny-batches').batchSize).toBeLessThanOrEqual(2);
    expect(of('full-batch').sgd).toBe(false);
  });
});

describe('a preset by path', () => {
  test('loads the same way, aliases and byte-order mark included', () => {
    const preset = loadPreset(write(`\uFEFF${JSON.stringify(valid)}`));
    expect(preset.title).toBe('Mine');
    expect(completeExperiment(preset.draft)).toMatchObject({ m: 4, learningRate: 0.5 });
  });

  test.each<[string, string, RegExp]>([
    ['broken JSON', '{"title": "x",\n  "look": tru}', /broken JSON at line 2, column 11$/],
    ['an empty file', '', /broken JSON at line 1, column 1$/],
    ['a list', '[]', /got \[\], allowed: an object/],
    [
      'an unknown key',
      JSON.stringify({ ...valid, titel: 'x' }),
      /key "titel": unknown; did you mean "title"\?$/,
    ],
    [
      'a missing title',
      JSON.stringify({ ...valid, title: undefined }),
      /key "title": got nothing, allowed: a line of 1 to 60 characters$/,
    ],
    ['an escape sequence in a text', JSON.stringify({ ...valid, look: '\u001b[2J' }), /key "look": got/],
    [
      'no experiment',
      JSON.stringify({ ...valid, experiment: 3 }),
      /key "experiment": got 3, allowed: an object$/,
    ],
    [
      'a bad setting',
      JSON.stringify({ ...valid, experiment: { m: -1 } }),
      /key "m": got -1, allowed: a whole number from 1 to 10000$/,
    ],
    [
      'a setting given twice',
      JSON.stringify(valid).replace('"experiment":{', '"experiment":{"d":5,"d":7,'),
      /key "experiment.d": got it twice, allowed: each key once$/,
    ],
    [
      'a part given twice',
      JSON.stringify(valid).replace('"experiment":', '"experiment":{},"experiment":'),
      /key "experiment": got it twice/,
    ],
    [
      'a number beyond the largest',
      JSON.stringify(valid).replace('"experiment":{', '"experiment":{"learningRate":1e400,'),
      /key "experiment.learningRate": got 1e400, allowed: numbers up to 1.8e\+308$/,
    ],
    [
      'a prototype',
      JSON.stringify(valid).replace('"experiment":{', '"experiment":{"__proto__":{"m":4},'),
      /key "experiment.__proto__": got that name/,
    ],
    [
      'brackets without end',
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      /key "the whole file": got brackets without end, allowed: up to 64 within each other$/,
    ],
  ])('with %s is refused in one line that names the file', (_, text, pattern) => {
    const path = write(text);
    const message = refusal(path);
    expect(message.startsWith(`${path}: `)).toBe(true);
    expect(message).toMatch(pattern);
    expect(message).not.toMatch(/\n/);
  });

  test('in UTF-8 or UTF-16 with a byte order mark is read; other bytes are refused', () => {
    const path = write('');
    const text = `\u{feff}${JSON.stringify({ ...valid, title: 'K\u00f6rper' })}`;
    for (const encoding of ['utf8', 'utf16le'] as const) {
      writeFileSync(path, Buffer.from(text, encoding));
      expect(loadPreset(path).title).toBe('K\u00f6rper');
    }
    writeFileSync(path, Buffer.from(text, 'utf16le').swap16());
    expect(loadPreset(path).title).toBe('K\u00f6rper');
    writeFileSync(path, Buffer.from(text.slice(1), 'latin1'));
    expect(refusal(path)).toMatch(/got bytes that are not UTF-8, allowed: text in UTF-8$/);
  });

  test('that is a folder, or too large, is refused', () => {
    expect(refusal(folder)).toMatch(/got a folder, allowed: a file$/);
    expect(refusal(write(' '.repeat(2 ** 21)))).toMatch(/got 2097152 bytes, allowed: at most 1048576$/);
  });

  test('that does not exist is refused with the nearest name', () => {
    expect(refusal('strng-first')).toBe(
      'preset "strng-first": neither a shipped preset nor a file; did you mean "strong-first"?',
    );
    expect(refusal('zzzzzzzzzzzz')).toMatch(/shipped presets: quick-start, /);
  });
});
