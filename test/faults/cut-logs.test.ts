import fs, { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveExperiment } from '../../src/experiment/draft.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import { longCsv } from '../../src/export/csv.js';
import { tensorboardEvents } from '../../src/export/tensorboard.js';
import { UserError } from '../../src/input/user-error.js';
import { checkpointFolderName, removeCheckpoints } from '../../src/log/checkpoint-store.js';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { LogIndex } from '../../src/log/log-index.js';
import { readLog } from '../../src/log/log-reader.js';
import { LogWriter } from '../../src/log/log-writer.js';
import { readStoppedLog, type StoppedLog } from '../../src/log/resumption.js';
import type { Intervention } from '../../src/protocol/command.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { LogStatus, RunMessage } from '../../src/protocol/session.js';
import { timelineOf } from '../../src/report/run-timeline.js';
import { encodeCheckpoint } from '../../src/run/course/checkpoint-file.js';
import { replay } from '../../src/run/replay/replay.js';
import { resume } from '../../src/run/replay/resume.js';
import type { Run } from '../../src/run/run.js';
import { smallDeepExperiment } from '../support/deep-problems.js';
import { patienceMs } from '../support/patience.js';
import { openOnOracle, RandomCourse } from '../support/random-course.js';
import { randomNumbers, scale, tell } from './scale.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-cut-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs with data drawn anew, rates by schedule and interventions at epochs' ends and between; some of several layers. */
const experimentOf = (seed: number): Experiment =>
  seed % 4 === 3
    ? smallDeepExperiment({ frameEvery: 5, epochs: 12, seed, regenerateData: true })
    : resolveExperiment(
        {
          ...{ d: 5, m: 3, multi: 2, c: 3, trainSize: 30, evalSize: 30, stepsPerEpoch: 12, epochs: 12 },
          ...{
            learningRate: 0.05,
            frameEvery: 8,
            precision: 'float64',
            seed,
            halvingPeriod: 2,
            batchSize: 4,
          },
          regenerateData: seed % 2 === 0,
        },
        'test',
      );

const interventionsOf = (seed: number): Intervention[] =>
  seed % 3 === 0
    ? []
    : [
        { at: 0, command: { type: 'set-learning-rate', learningRate: 0.04 } },
        { at: 12, command: { type: 'perturb', perturbation: { kind: 'noise', scale: 0.2 } } },
        { at: 16, command: { type: 'perturb', perturbation: { kind: 'kill-best-match', teacher: 1 } } },
        { at: 16, command: { type: 'set-learning-rate', learningRate: 0.03 } },
        { at: 31, command: { type: 'perturb', perturbation: { kind: 'noise', scale: 0.1 } } },
      ];

type Course = {
  readonly seed: number;
  readonly header: Run['header'];
  readonly lines: readonly (Frame | RunEvent)[];
  readonly checkpoints: readonly { readonly name: string; readonly bytes: Uint8Array }[];
};

/** A course of random actions, some of which diverge, and checkpoints taken on the way. */
const courseOf = (seed: number): Course => {
  const random = randomNumbers(seed);
  const rates = seed % 5 === 4 ? [1e6, 0.05, 0.02] : [0.02, 0.05, 0.08];
  const options = { experiment: experimentOf(seed), interventions: interventionsOf(seed), rates };
  const course = new RandomCourse(seed, random, () => {}, options);
  const checkpoints: { name: string; bytes: Uint8Array }[] = [];
  for (let action = 0; action < 25; action++) {
    course.act();
    const { run, lines } = course;
    if (!run.isFramed || random() > 0.2) continue;
    const bytes = encodeCheckpoint(run.checkpoint(), run.networks.teacher, 'float64');
    checkpoints.push({ name: `step-${run.step}-line-${lines.length + 1}.safetensors`, bytes });
  }
  course.run.stop('quit');
  return { seed, header: course.run.header, lines: course.lines, checkpoints };
};

/** The folder of the run as it is with the first lines of its log and `more` bytes, and all of its checkpoints. */
const folderOf = ({ header, lines, checkpoints }: Course, count: number, more = ''): string => {
  const folder = mkdtempSync(join(home, 'run-'));
  const text = [header, ...lines.slice(0, count)].map(logLine).join('');
  writeFileSync(join(folder, logFileName), text + more);
  mkdirSync(join(folder, checkpointFolderName));
  for (const { name, bytes } of checkpoints) writeFileSync(join(folder, checkpointFolderName, name), bytes);
  return folder;
};

const hasEnded = (lines: readonly (Frame | RunEvent)[]): boolean => {
  const last = lines.findLast((line) => line.type === 'frame' || line.event !== 'stopped');
  return last?.type === 'event' && (last.event === 'done' || last.event === 'diverged');
};

/** Whether lines are on the disk is of no matter here. */
const memory = { ...fs, fdatasyncSync: () => {} };

/** Goes on with a run in its log as the training thread does; `random`: what is done then. */
const goOn = (course: Course, stopped: StoppedLog, random: () => number): Run => {
  const statuses: LogStatus[] = [];
  const writer = new LogWriter(
    () => home,
    course.header,
    (status) => statuses.push(status),
    memory,
  );
  writer.reopen(stopped);
  removeCheckpoints(stopped.lostCheckpoints);
  const said: (Frame | RunEvent)[] = [];
  let isNew = false;
  const publish = (message: RunMessage): void => {
    if (message.type !== 'frame' && message.type !== 'event') return;
    if (isNew) writer.write(message);
    else said.push(message);
  };
  const run = openOnOracle(experimentOf(course.seed), interventionsOf(course.seed), () => 0, publish);
  run.followLog();
  run.start();
  const { checkpoints, places, reports } = stopped;
  const { unlogged, notes } = resume(run, { checkpoints, lines: places, reports, olderKernels: null }, said);
  expect(notes).toEqual([]);
  isNew = true;
  run.continue(0, unlogged);
  const train = (steps: number): void => {
    for (let left = steps; left > 0 && run.state === 'running'; left--) run.advance(1);
  };
  train(Math.floor(random() * 5));
  run.handle({ type: random() < 0.5 ? 'undo' : 'redo' });
  run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.1 } });
  if (run.state === 'paused') run.handle({ type: 'resume' });
  train(Math.floor(random() * 30));
  run.stop('quit');
  writer.close();
  run.dispose();
  expect(statuses.map(({ state }) => state)).toEqual(['recording']);
  return run;
};

const shown = ({ step, stateHash, trainLoss, evalLoss, learningRate, layers }: Frame): string =>
  JSON.stringify({ step, stateHash, trainLoss, evalLoss, learningRate, layers });

/** Holds every frame of a log against a run that follows it, as `verify` does, and reads it as the exports do. */
const hold = async (folder: string, where: string): Promise<void> => {
  const { header, lines, notes } = await readLog(folder);
  expect(notes).toEqual([]);
  const choice = { engine: 'naive', precision: 'float64', strict: false } as const;
  for await (const { logged, replayed } of replay(header, lines, choice, null))
    if (shown(logged) !== shown(replayed))
      expect(`${where}: ${shown(replayed)}`).toBe(`${where}: ${shown(logged)}`);
  const index = await LogIndex.readWhole(folder);
  for (const row of longCsv(index)) expect(row).not.toBe('');
  for (const record of tensorboardEvents(index)) expect(record.length).toBeGreaterThan(0);
  const steps = timelineOf(lines, header.experiment.stepsPerEpoch).frames.map(({ step }) => step);
  expect(steps, where).toEqual([...steps].sort((a, b) => a - b));
  index.close();
};

/** Cuts a course's log after a number of lines, holds what is left, goes on with it, and holds that. */
const cutAfter = async (course: Course, count: number): Promise<'ended' | 'gone on'> => {
  const where = `seed ${course.seed}, ${count} of ${course.lines.length} lines`;
  const folder = folderOf(course, count);
  if (count > 0) await hold(folder, where);
  if (hasEnded(course.lines.slice(0, count))) {
    await expect(readStoppedLog(folder), where).rejects.toThrow(UserError);
    return 'ended';
  }
  const random = randomNumbers(1000 * course.seed + count);
  for (const time of ['once', 'twice']) {
    const stopped = await readStoppedLog(folder).catch((error: unknown) => {
      if (time === 'twice' && error instanceof UserError) return null;
      throw error;
    });
    if (!stopped) break;
    try {
      goOn(course, stopped, random);
    } catch (error) {
      throw new Error(`${where}, ${time}: ${error instanceof Error ? error.message : String(error)}`);
    }
    await hold(folder, `${where}, gone on ${time}`);
  }
  rmSync(folder, { recursive: true });
  return 'gone on';
};

test(
  `a log that ends anywhere can be gone on with, ${scale.cuts} cuts, seed ${scale.seed}`,
  async () => {
    let [cuts, ended, courses] = [0, 0, 0];
    for (let seed = scale.seed; cuts < scale.cuts; seed++) {
      const course = courseOf(seed);
      courses++;
      const stride = Math.max(1, Math.floor((course.lines.length * 9) / Math.max(1, scale.cuts)));
      for (let count = course.lines.length; count >= 0 && cuts < scale.cuts; count -= stride) {
        if ((await cutAfter(course, count)) === 'ended') ended++;
        cuts++;
      }
    }
    tell(
      `log cut after a line: ${cuts} cuts in ${courses} random courses, each verified, ${cuts - ended} gone on with twice and ` +
        `verified again, ${ended} refused as done or diverged`,
    );
  },
  patienceMs * 4,
);

test(
  `a log cut at any byte of its last lines means what its whole lines mean, seed ${scale.seed}`,
  async () => {
    const course = courseOf(scale.seed);
    const stride = Math.max(1, Math.floor(7000 / scale.cuts));
    let cuts = 0;
    for (let count = course.lines.length - 1; count >= course.lines.length - 3; count--) {
      const { folder: _, ...whole } = await readStoppedLog(folderOf(course, count));
      const text = logLine(course.lines[count]);
      const places = Array.from({ length: Math.ceil(text.length / stride) }, (_, at) => 1 + at * stride);
      for (const bytes of new Set([...places.filter((at) => at < text.length), text.length - 1])) {
        const torn = folderOf(course, count, text.slice(0, bytes));
        const { folder, size, ...read } = await readStoppedLog(torn);
        // A line that lacks nothing but its line feed is one for those who read, and cut off by who goes on.
        expect({ ...read, size: size - bytes }, `${bytes} bytes of line ${count}`).toEqual({
          ...whole,
          notes: [`the last line is torn (${bytes} bytes) and left out`],
          checkpoints: whole.checkpoints.map((one) => ({
            ...one,
            path: one.path.replace(/.*run-[^/]*/, folder),
          })),
          lostCheckpoints: whole.lostCheckpoints.map((path) => path.replace(/.*run-[^/]*/, folder)),
        });
        rmSync(torn, { recursive: true });
        cuts++;
      }
    }
    tell(`log cut at a byte of its last three lines: ${cuts} cuts, each with the meaning of its whole lines`);
  },
  patienceMs * 4,
);
