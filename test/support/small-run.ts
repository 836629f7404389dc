import type { Engine } from '../../src/engine/engine.js';
import { createNaiveEngine } from '../../src/engine/naive/naive-engine.js';
import { resolveExperiment } from '../../src/experiment/draft.js';
import type { Experiment, TwoLayerOptions } from '../../src/experiment/experiment.js';
import type { Network } from '../../src/net/network.js';
import { prepareRun } from '../../src/problem/prepare.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { RunMessage } from '../../src/protocol/session.js';
import { Run, type RunOptions } from '../../src/run/run.js';

/** Small enough for the oracle: 5 teacher nodes, 15 student nodes, 4 epochs of 25 steps. */
const small: TwoLayerOptions = {
  d: 8,
  m: 5,
  multi: 3,
  c: 4,
  trainSize: 60,
  evalSize: 40,
  stepsPerEpoch: 25,
  epochs: 4,
  learningRate: 0.05,
  studentScale: 0.1,
  frameEvery: 10,
  precision: 'float64',
  seed: 7,
};

export type RecordedRun = {
  readonly run: Run;
  readonly messages: RunMessage[];
  readonly student: Network;
  readonly teacher: Network;
};

type RecordedRunOptions = Pick<RunOptions, 'interventions' | 'breakpoints'> & {
  /** In place of one that ticks a millisecond a reading. */
  readonly clock?: () => number;
  /** Whether the run is to follow a log: it makes no interventions by itself. */
  readonly followsLog?: boolean;
  /** Makes the engine that the run gets from the oracle. */
  readonly engineFrom?: (oracle: Engine) => Engine;
};

/** A started run on the oracle, what it publishes recorded, under a clock that ticks one millisecond a reading. */
export const recordRun = (options: TwoLayerOptions = {}, more: RecordedRunOptions = {}): RecordedRun =>
  recordExperiment(resolveExperiment({ ...small, ...options }, 'test'), more);

/** The same of any experiment that is small enough. */
export const recordExperiment = (
  experiment: Experiment,
  { engineFrom = (oracle) => oracle, followsLog = false, ...more }: RecordedRunOptions = {},
): RecordedRun => {
  const prepared = prepareRun(experiment);
  const messages: RunMessage[] = [];
  let now = 0;
  const run = new Run({
    identity: {
      program: 'teachtop test',
      preset: 'small',
      title: 'Small',
      startedAt: '2026-01-01T00:00:00.000Z',
    },
    experiment,
    engine: engineFrom(createNaiveEngine(prepared.problem, { precision: 'float64' }) as Engine),
    prepared,
    threshold: 0.95,
    clock: () => now++,
    ...more,
    publish: (message) => messages.push(message),
  });
  if (followsLog) run.followLog();
  run.start();
  const { student, teacher } = prepared.problem;
  return { run, messages, student, teacher };
};

/** Trains until the run stops running, in slices of this many steps, or until the step is reached. */
export const trainTo = (run: Run, step: number, slice = 1000): void => {
  while (run.step < step && run.state === 'running') run.advance(Math.min(slice, step - run.step));
};

export const framesOf = (messages: readonly RunMessage[]): Frame[] =>
  messages.filter((message) => message.type === 'frame');

export const eventsOf = (messages: readonly RunMessage[]): RunEvent[] =>
  messages.filter((message) => message.type === 'event');

/** The part of a frame that the same seed always gives: all but the clock readings. */
export const deterministic = (frame: Frame): Omit<Frame, 'stepsPerSecond' | 'trainingSeconds'> => {
  const { stepsPerSecond, trainingSeconds, ...rest } = frame;
  return rest;
};
