import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readResults } from '../../src/sweep/results-file.js';
import { TerminalHere } from '../support/program-here.js';
import { personalEnvironment, TerminalProgram } from '../support/terminal-program.js';
import { slowAfterRuns } from '../support/training-thread.js';

let home: string;
let program: TerminalProgram | null = null;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-sweep-terminal-'));
});
afterEach(async () => {
  program?.kill('SIGKILL');
  await program?.exited;
  program = null;
  rmSync(home, { recursive: true, force: true });
});

const experiment = { d: 10, m: 4, c: 5, trainSize: 500, evalSize: 400, stepsPerEpoch: 100, epochs: 5 };

const file = (seeds: number, change: Record<string, unknown> = {}): string => {
  const path = join(home, 'mine.json');
  const grid = { multi: [1, 2], strengthDecay: [0, 1] };
  const content = { title: 'Mine', shows: 'Nothing.', experiment, grid, seeds: { count: seeds }, ...change };
  writeFileSync(path, JSON.stringify(content));
  return path;
};

const sweepOf = (path: string): string[] => ['sweep', path, '--workers', '1', '--out', join(home, 'sweep')];

/** A sweep of `file(400)` goes on and on: it need not take a processor for that. */
const start = (path: string, ...options: string[]): TerminalProgram => {
  const folders = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, NODE_OPTIONS: slowAfterRuns(8) };
  program = new TerminalProgram([...sweepOf(path), ...options], {
    environment: personalEnvironment(folders),
  });
  return program;
};

const expectRestored = (program: TerminalProgram): void => {
  expect(program.onAlternateScreen).toBe(false);
  const last = (on: string, off: string): number =>
    program.output.lastIndexOf(on) - program.output.lastIndexOf(off);
  expect(last('\x1b[?25h', '\x1b[?25l')).toBeGreaterThan(0);
  expect(last('\x1b[?7h', '\x1b[?7l')).toBeGreaterThan(0);
};

test('a run opens in the dashboard and esc and q come back, while the sweep goes on', async () => {
  const program = start(file(400));
  await program.waitFor(/node epoch 4 +last[\s\S]*▸ 1 +0 /);
  program.press('\x1b[B\x1b[C');
  await program.waitFor(/▸ 1 +1 [\s\S]*seed 2 \(2 of 400\)/);
  for (const back of ['\x1b', 'q']) {
    program.press('\r');
    await program.waitFor(/Mine {2}seed 2[\s\S]*best match/);
    program.press(back);
    await program.waitFor(/▸ 1 +1 [\s\S]*seed 2 \(2 of 400\)/);
    expect(program.hasWrappedRow).toBe(false);
  }
  program.resize(160, 50);
  await program.waitFor(/evaluation loss over seeds[\s\S]*student nodes/);
  const [, before] = await program.waitFor(/(\d+)\/1600 runs/);
  await program.waitFor(new RegExp(`\\b(?!${before}/)\\d+/1600 runs`));
  program.press('\x03');
  expect((await program.exited).exitCode).toBe(130);
  await program.waitFor(/stopped; to go on: teachtop sweep \S+mine\.json[\s\S]*--resume/);
  expectRestored(program);
  expect(readdirSync(join(home, 'sweep')).sort()).toEqual(['results.jsonl', 'sweep.json']);
  expect(readResults(join(home, 'sweep')).length).toBeGreaterThanOrEqual(Number(before));
});

test('a signal ends it with 143, the terminal restored and the folder whole', async () => {
  const program = start(file(400));
  await program.waitFor(/[1-9]\d*\/1600 runs/);
  program.kill('SIGTERM');
  expect((await program.exited).exitCode).toBe(143);
  await program.waitFor(/stopped; to go on: /);
  expectRestored(program);
  expect(readdirSync(join(home, 'sweep')).sort()).toEqual(['results.jsonl', 'sweep.json']);
});

test('one that is complete stays on the screen until q, and can be looked at again', async () => {
  const path = file(2);
  for (const options of [[], ['--resume']]) {
    const here = new TerminalHere(home, [...sweepOf(path), ...options]);
    await here.waitFor(/DONE[\s\S]* 8\/8 runs/);
    here.press('\t');
    await here.waitFor(/evaluation loss over seeds[\s\S]*5 epochs/);
    here.press('q');
    expect(await here.exited).toBe(0);
    expect(here.onAlternateScreen).toBe(false);
    await here.waitFor(/multi=2,strengthDecay=1 {2}\(2 seeds\)/);
    expect(here.screen.join('\n')).not.toContain('--resume');
  }
  expect(readResults(join(home, 'sweep'))).toHaveLength(8);
});
