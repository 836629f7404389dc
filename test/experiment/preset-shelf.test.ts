import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listPresets } from '../../src/experiment/preset.js';
import { PresetShelf } from '../../src/experiment/preset-shelf.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-presets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const shipped = listPresets().length;

const write = (name: string, content: unknown = {}): void =>
  writeFileSync(
    join(folder, name),
    typeof content === 'string'
      ? content
      : JSON.stringify({ title: 'Mine', look: 'Look here.', shows: 'Nothing.', experiment: { m: 4 } }),
  );

test("the user's own presets follow those of the package, by name, and are marked", () => {
  write('wide.json');
  write('narrow.json');
  const { presets, skipped } = new PresetShelf(folder).list();
  expect(presets.slice(shipped).map(({ name, isOwn }) => [name, isOwn])).toEqual([
    ['narrow', true],
    ['wide', true],
  ]);
  expect(presets.slice(0, shipped).some(({ isOwn }) => isOwn)).toBe(false);
  expect(skipped).toEqual([]);
  expect(new PresetShelf(folder).load('wide')).toMatchObject({ name: 'wide', isOwn: true, title: 'Mine' });
});

test('one that is broken is named in a line and passed over; asked for by name it is refused', () => {
  write('wide.json');
  write('broken.json', '{');
  const shelf = new PresetShelf(folder);
  const { presets, skipped } = shelf.list();
  expect(presets.length).toBe(shipped + 1);
  expect(skipped).toEqual([`${join(folder, 'broken.json')}: broken JSON at line 1, column 1`]);
  expect(() => shelf.load('broken')).toThrow('broken JSON');
});

test('names that are no names of presets, and those of shipped ones, are left alone', () => {
  for (const name of ['quick-start.json', 'two words.json', '.hidden.json', 'notes.txt']) write(name);
  mkdirSync(join(folder, 'folder'));
  expect(new PresetShelf(folder).ownNames()).toEqual([]);
  expect(new PresetShelf(folder).load('quick-start').isOwn).toBe(false);
});

test('a mistyped name is told the nearest, among the own ones too', () => {
  write('my-wide-student.json');
  expect(() => new PresetShelf(folder).load('my-wide-studnt')).toThrow('did you mean "my-wide-student"?');
});

test('without a folder, or where it is not there yet, there are those of the package', () => {
  expect(new PresetShelf(null).list().presets).toHaveLength(shipped);
  expect(new PresetShelf(join(folder, 'none')).list().presets).toHaveLength(shipped);
  expect(() => new PresetShelf(null).pathFor('mine')).toThrow('no folder for presets');
});

test.each(['', '../out', 'a b', '-x', 'x'.repeat(41), 'quick-start'])(
  '%j is no name to save under',
  (name) => {
    expect(() => new PresetShelf(folder).pathFor(name)).toThrow(/a name is of letters|shipped preset/);
  },
);
