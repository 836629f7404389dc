import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultSettings, Settings } from '../../../src/commands/host/settings.js';
import { UserError } from '../../../src/input/index.js';

let folder: string;
let warnings: string[];
const open = (): Promise<Settings> => Settings.open(folder, (line) => warnings.push(line));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-settings-'));
  warnings = [];
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

test('what is changed is there at the next start', async () => {
  (await open()).update({ threshold: 0.9, lastPreset: 'ten-fold' });
  expect((await open()).values).toEqual({ ...defaultSettings, threshold: 0.9, lastPreset: 'ten-fold' });
  expect(warnings).toEqual([]);
});

test.each([
  ['cut in the middle', '{"threshold": 0.', /broken JSON at line 1, column \d+;/],
  ['that is a list', '[1, 2]', /key "": got \[1,2\], allowed: an object;/],
  ['of a wrong value', '{"threshold": 7}', /key "threshold": got 7, allowed: a number between 0 and 1;/],
  ['of a wrong word', '{"theme": "blue"}', /key "theme": got "blue", allowed: .*"dark" or "light";/],
  ['with an unknown key', '{"treshold": 0.9}', /key "treshold": unknown; did you mean "threshold"\?;/],
  [
    'with an unknown action',
    '{"keys": {"paws": "p"}}',
    /key "keys": "paws": no action with a choice of keys; allowed: (?:.*, )?pause, /,
  ],
  [
    'with a strange key',
    '{"keys": {"pause": "spcae"}}',
    /key "keys": "pause": got "spcae", allowed: a character, /,
  ],
  [
    'with a relative folder',
    '{"logFolder": "runs"}',
    /key "logFolder": got "runs", allowed: null, an absolute/,
  ],
  ['with a control sequence for a key', '{"keys": {"pause": "\\u001b"}}', /"pause": got "\\u001b", allowed/],
  ['with a key for two actions', '{"keys": {"pause": "p"}}', /"p" would be both "pause" and "perturb"; /],
])('a file %s is kept beside, reported once, and defaults are used', async (_, content, told) => {
  writeFileSync(join(folder, 'settings.json'), content);
  expect((await open()).values).toEqual(defaultSettings);
  expect(warnings.length).toBe(1);
  expect(warnings[0]).toMatch(/defaults are used and the file is kept as/);
  expect(warnings[0]).toMatch(told);
  expect(warnings[0]).not.toMatch(/\p{Cc}/u);
  const kept = readdirSync(folder).find((name) => name.startsWith('settings.json.broken-'));
  expect(readFileSync(join(folder, kept ?? ''), 'utf8')).toBe(content);
  expect((await open()).values).toEqual(defaultSettings);
  expect(warnings.length).toBe(1);
});

test('a file that cannot be read is left as it is', async () => {
  const path = join(folder, 'settings.json');
  mkdirSync(path);
  const settings = await open();
  settings.update({ theme: 'light' });
  expect([settings.values.theme, statSync(path).isDirectory(), readdirSync(folder)]).toEqual([
    'light',
    true,
    ['settings.json'],
  ]);
  expect(warnings).toEqual([`${path}: got a folder, allowed: a file; defaults are used`]);
});

test('a folder that is a file makes settings hold for this run only', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const settings = await Settings.open(file, (line) => warnings.push(line));
  settings.update({ theme: 'light' });
  settings.update({ theme: 'dark' });
  settings.update({ framesPerSecond: 20 });
  expect(settings.values.framesPerSecond).toBe(20);
  expect(warnings.length).toBe(1);
});

test('without a folder settings hold for this run only, which a change is told of', async () => {
  const settings = await Settings.open(new UserError('no folder'), (line) => warnings.push(line));
  expect([settings.path, settings.values, warnings]).toEqual([null, defaultSettings, []]);
  settings.update({ theme: 'light' });
  settings.update({ theme: 'dark' });
  expect(settings.values.theme).toBe('dark');
  expect(warnings).toEqual(['no folder; settings hold for this run only']);
});

test('a change leaves alone what another program has written meanwhile', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  one.update({ theme: 'light' });
  other.update({ framesPerSecond: 20 });
  expect((await open()).values).toEqual({ ...defaultSettings, theme: 'light', framesPerSecond: 20 });
});

test('only its owner reads the file, and a link to one stays a link', async () => {
  const file = join(folder, 'settings.json');
  const elsewhere = join(folder, 'elsewhere.json');
  writeFileSync(elsewhere, '{}');
  symlinkSync(elsewhere, file);
  (await open()).update({ theme: 'light' });
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(elsewhere, 'utf8'))).toEqual({ theme: 'light' });
  expect(statSync(elsewhere).mode & 0o777).toBe(0o600);
});
