import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSafetensors } from '../../src/files/tensors/safetensors.js';
import { listCheckpoints } from '../../src/log/checkpoint-store.js';
import { logFileName } from '../../src/log/log-file.js';
import { readLog } from '../../src/log/log-reader.js';
import { logOfLines, wholeLinesOf } from '../support/growing-log.js';
import { patienceMs } from '../support/patience.js';
import { runHere } from '../support/program-here.js';
import { personalEnvironment, programPath, projectFolder, sourceCache } from '../support/terminal-program.js';
import { stuckAfterFrames } from '../support/training-thread.js';
import { randomNumbers, scale, tell } from './scale.js';

const small =
  '--epochs 4 --set d=10 --set m=5 --set c=5 --set trainSize=500 --set evalSize=200 --set frameEvery=20'.split(
    ' ',
  );
/** Lines of the log, of some 200 in a whole run, up to which kills are spread. */
const mostLines = 150;

const checkpointSeed = join(projectFolder, 'test/fixtures/traces/full-batch-normalized/tensors.safetensors');

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-kill-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const environment = (): Record<string, string> =>
  personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home });

/** Runs until the log holds this many lines, kills it, and tells the lines that were there before the kill. */
const killAt = async (parent: string, lines: number) => {
  const args = [programPath, '--headless', 'quick-start', ...small, '--log', parent];
  const child = spawn(process.execPath, args, {
    env: { ...environment(), NODE_OPTIONS: stuckAfterFrames(lines + 20) },
    stdio: 'ignore',
  });
  const closed = once(child, 'close');
  const file = await logOfLines(parent, lines);
  const before = wholeLinesOf(file);
  child.kill('SIGKILL');
  await closed;
  return { folder: dirname(file), before, killed: child.signalCode === 'SIGKILL' };
};

test(
  `a kill at any moment leaves log and checkpoints whole, ${scale.kills} kills, seed ${scale.seed}`,
  async () => {
    const random = randomNumbers(scale.seed);
    let killed = 0;
    let torn = 0;
    let checkpoints = 0;
    let resumed = 0;
    for (let kill = 0; kill < scale.kills; kill++) {
      const lines = 1 + Math.floor(random() * mostLines);
      const stopped = await killAt(join(home, String(kill)), lines);
      const file = join(stopped.folder, logFileName);
      expect(wholeLinesOf(file).slice(0, stopped.before.length)).toEqual(stopped.before);
      const log = await readLog(stopped.folder);
      expect(log.lines.length + 1).toBeGreaterThanOrEqual(stopped.before.length);
      if (log.tornBytes > 0) torn++;
      for (const { path } of listCheckpoints(stopped.folder)) {
        expect(readSafetensors(readFileSync(path), path).size).toBeGreaterThan(0);
        checkpoints++;
      }
      expect(stopped.killed).toBe(true);
      killed++;
      const { code, errors } = await runHere(home, ['--headless', '--resume', stopped.folder]);
      expect([`kill at line ${lines}`, code, errors]).toEqual([`kill at line ${lines}`, 0, '']);
      resumed++;
      rmSync(join(home, String(kill)), { recursive: true });
    }
    tell(
      `kill -9 while logging: ${killed} of ${scale.kills} runs killed, every log readable with all lines seen ` +
        `before, ${torn} torn last lines, ${checkpoints} checkpoints read, ${resumed} resumed to their end`,
    );
  },
  patienceMs * 4,
);

test(
  `a kill while checkpoints are written leaves each whole or absent, ${scale.kills} kills, seed ${scale.seed}`,
  async () => {
    const random = randomNumbers(scale.seed);
    const store = pathToFileURL(join(projectFolder, 'src', 'log', 'checkpoint-store.ts')).href;
    const fromSource = pathToFileURL(join(projectFolder, 'scripts', 'from-source.js')).href;
    const writer = join(import.meta.dirname, 'checkpoint-writer.js');
    let read = 0;
    let partial = 0;
    for (let kill = 0; kill < scale.kills; kill++) {
      const folder = join(home, `checkpoints-${kill}`);
      mkdirSync(folder);
      const child = spawn(process.execPath, ['--import', fromSource, writer, store, folder, checkpointSeed], {
        env: { ...environment(), ...sourceCache },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const closed = once(child, 'close');
      // Some moment within the writing of one of the first checkpoints: after so many turns of the writer's loop.
      let turns = 1 + Math.floor(random() * 60);
      child.stdout.on('data', (dots: Buffer) => {
        turns -= dots.length;
        if (turns <= 0) child.kill('SIGKILL');
      });
      await closed;
      expect(child.signalCode).toBe('SIGKILL');
      for (const { path } of listCheckpoints(folder)) {
        expect(readSafetensors(readFileSync(path), path).size).toBeGreaterThan(0);
        read++;
      }
      const names = existsSync(join(folder, 'checkpoints')) ? readdirSync(join(folder, 'checkpoints')) : [];
      if (names.some((name) => name.endsWith('.part'))) partial++;
      rmSync(folder, { recursive: true });
    }
    tell(
      `kill -9 while checkpointing: ${scale.kills} kills, ${read} checkpoints read, none broken, ` +
        `${partial} kills left a partial file, which no reader takes for a checkpoint`,
    );
  },
  patienceMs * 4,
);
