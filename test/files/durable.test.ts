import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { replaceFile, writeAll } from '../../src/files/durable.js';
import { FolderLock, recording } from '../../src/files/folder-lock.js';
import { checkSeal, encodeSealed } from '../../src/files/tensors/seal.js';
import { readUserFile } from '../../src/input/json-file.js';
import { UserError } from '../../src/input/user-error.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-durable-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a replaced file', () => {
  test('has the new content, and nothing is left beside it', () => {
    const path = join(folder, 'jobs.json');
    replaceFile(path, 'old');
    replaceFile(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['jobs.json']);
  });

  test('that cannot be put in place keeps what was there', () => {
    const path = join(folder, 'taken');
    mkdirSync(path);
    expect(() => replaceFile(path, 'new')).toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

test('bytes are written in as many calls as it takes, and a call that takes none is an error', () => {
  const taken: number[] = [];
  const most = (count: number) => (_file: number, bytes: Uint8Array, at: number, length: number) => {
    taken.push(...bytes.subarray(at, at + Math.min(length, count)));
    return Math.min(length, count);
  };
  writeAll(3, Uint8Array.of(1, 2, 3, 4, 5), most(2));
  expect(taken).toEqual([1, 2, 3, 4, 5]);
  expect(() => writeAll(3, Uint8Array.of(1), most(0))).toThrow(/nothing was written/);
});

test('every single bit of a sealed file is sealed', () => {
  const values = Float64Array.of(1, -2);
  const file = encodeSealed([{ name: 'w', shape: [2], values, dtype: 'F64' }], { note: 'x' });
  expect(checkSeal(file, 'a file')).toBe(true);
  for (let bit = 0; bit < 8 * file.length; bit++) {
    const damaged = Uint8Array.from(file);
    damaged[bit >> 3] ^= 1 << (bit & 7);
    let seal: unknown;
    try {
      seal = checkSeal(damaged, 'a file');
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      seal = 'refused';
    }
    // Where the name of the checksum itself is hit, none is found: the content says that there was one.
    if (seal !== 'refused') expect([bit, seal]).toEqual([bit, false]);
  }
});

describe('a lock', () => {
  const held = (holder: object): void =>
    writeFileSync(join(folder, recording.fileName), JSON.stringify(holder));

  test('of a process that has died is taken over', () => {
    held({ process: 2 ** 22 + 1, host: hostname(), born: '1' });
    const lock = new FolderLock(folder, recording);
    expect(() => new FolderLock(folder, recording)).toThrow(/in which process \d+ on .* records a run/);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['machine', { process: 1, host: 'elsewhere' }],
    ['space of processes', { process: 2 ** 22 + 1, host: hostname(), born: '1', space: 'pid:[1]' }],
  ])('of another %s is not', (_, holder) => {
    held(holder);
    expect(() => new FolderLock(folder, recording)).toThrow(/allowed: one process at a time/);
  });
});

test('what is no plain file is refused before it is read', () => {
  expect(() => readUserFile('/dev/zero', 1000)).toThrow(/got a device or a pipe, allowed: a plain file/);
  expect(() => readUserFile(folder, 1000)).toThrow(/got a folder, allowed: a file/);
  const path = join(folder, 'long');
  writeFileSync(path, Buffer.alloc(1001));
  expect(() => readUserFile(path, 1000)).toThrow(/got 1001 bytes, allowed: at most 1000/);
  expect(readUserFile(path, 1001).length).toBe(1001);
});
