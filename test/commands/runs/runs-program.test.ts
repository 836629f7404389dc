import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FolderLock, recording } from '../../../src/files/folder-lock.js';
import { runHere, TerminalHere } from '../../support/program-here.js';

let home: string;
let parent: string;
let folder: string;
const run = (...args: string[]) => runHere(home, args);

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-runs-'));
  parent = join(home, 'teachtop', 'runs');
  const small = ['d=10', 'm=4', 'c=4', 'trainSize=500', 'evalSize=500'].flatMap((text) => ['--set', text]);
  await run('quick-start', '--epochs', '3', ...small);
  folder = join(parent, readdirSync(parent)[0]);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const copy = (name: string): string => {
  cpSync(folder, join(parent, name), { recursive: true });
  return join(parent, name);
};

test('the runs are listed, and given as JSON', async () => {
  const { out, errors, code } = await run('runs');
  expect([errors, code]).toEqual(['', 0]);
  const lines = out.trimEnd().split('\n');
  expect(lines[0].split(/\s+/)).toEqual([
    ...['#', 'name', 'state', 'step', 'loss', 'learned', 'n/m', 'seed', 'size', 'age', 'title'],
  ]);
  expect(lines[1]).toMatch(/^1 {2}quick-start-\w{4} {2}done +3\.00k\/3\.00k +\d\.\d\de-\d +\d of 4 +5x +1 /);
  const [record] = JSON.parse((await run('runs', '--json')).out);
  expect(record).toMatchObject({ folder, seed: 1, state: 'done', step: 3000, teachers: 4 });
  expect((await run('runs', '--log', join(home, 'none'))).out).toBe(`no runs in ${join(home, 'none')}\n`);
  expect((await run('run-names')).out).toBe(`last\n${record.name}\n`);
});

test('commands take the name, beginning or number of a run, and last', async () => {
  expect((await run('verify', 'qui')).out).toMatch(/the same bits/);
  expect((await run('export', '1', '--to', 'csv-events', '--out=-')).out).toMatch(/^step,/);
  expect((await run('report', 'last', '--out', join(home, 'figures'))).code).toBe(0);
  expect((await run('watch', 'quick-start', '--headless')).out).toContain(folder);
  expect((await run('watch', '--headless')).out).toContain(folder);
  const resumed = await run('--resume', 'last');
  expect(resumed).toMatchObject({ code: 2, errors: expect.stringContaining('whose run is done') });
  const missing = await run('verify', 'quikc-start');
  expect(missing).toMatchObject({ code: 2, errors: expect.stringContaining('did you mean quick-start?') });
});

test('runs are deleted where --yes says so, unless a process has one of them open', async () => {
  const [one, two] = [copy('one'), copy('two')];
  const lock = new FolderLock(two, recording);
  const refused = await run('runs', 'delete', 'one', 'two', '--yes');
  expect(refused).toMatchObject({ code: 2, errors: expect.stringContaining(`process ${process.pid}`) });
  expect([one, two].map((path) => existsSync(path))).toEqual([true, true]);
  lock.release();
  expect(await run('runs', 'delete', 'one')).toMatchObject({
    code: 2,
    errors: expect.stringContaining('--yes'),
  });
  expect(await run('runs', 'delete')).toMatchObject({ code: 2 });
  expect(await run('runs', 'remove', 'one')).toMatchObject({ code: 2 });
  const [elsewhere, link] = [join(home, 'elsewhere'), join(parent, 'link')];
  cpSync(folder, elsewhere, { recursive: true });
  symlinkSync(elsewhere, link);
  const { out, code } = await run('runs', 'delete', 'one', 'two', 'one', 'link', '--yes');
  expect([out, code]).toEqual([`deleted ${one}\ndeleted ${two}\ndeleted ${link}\n`, 0]);
  expect(readdirSync(parent).length).toBe(1);
  expect(readdirSync(elsewhere)).toEqual(readdirSync(folder));
});

test('at a terminal a deletion is asked about', async () => {
  const path = copy('asked');
  const answer = async (keys: string): Promise<number> => {
    const program = new TerminalHere(home, ['runs', 'delete', 'asked']);
    await program.waitFor(/delete this run, .* bytes\? \[y\/N\] $/m);
    program.press(keys);
    return program.exited;
  };
  expect(await answer('\r')).toBe(0);
  expect(await answer('\u0003')).toBe(0);
  expect(existsSync(path)).toBe(true);
  expect(await answer('y\r')).toBe(0);
  expect(existsSync(path)).toBe(false);
});
