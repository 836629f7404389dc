import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '../../src/engine/create.js';
import type { Engine } from '../../src/engine/engine.js';
import { resolveExperiment } from '../../src/experiment/draft.js';
import type { TwoLayerOptions } from '../../src/experiment/experiment.js';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { bestMatchOfStudent } from '../../src/net/metrics/best-match.js';
import { prepareRun } from '../../src/problem/prepare.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { RunMessage } from '../../src/protocol/session.js';
import { Run } from '../../src/run/run.js';
import { type EpochRecord, encodeResult, type SweepResult } from '../../src/sweep/result.js';
import { resultsFileName } from '../../src/sweep/results-file.js';
import { twoLayer } from './two-layer.js';

/** A tiny experiment that trains in milliseconds. */
export const tinyExperiment: TwoLayerOptions = {
  d: 8,
  m: 5,
  c: 4,
  trainSize: 200,
  evalSize: 200,
  stepsPerEpoch: 100,
  epochs: 8,
  learningRate: 0.05,
  studentScale: 0.1,
};

const identity = {
  program: 'teachtop test',
  preset: 'tiny',
  title: 'Tiny',
  startedAt: '2026-01-01T00:00:00.000Z',
};

const studentMatches = (engine: Engine, set: 'train' | 'eval'): number[] => {
  const { teachers, students, correlation } = engine.evaluate(set).layers[0];
  return Array.from(bestMatchOfStudent({ rows: teachers, columns: students, data: correlation }).correlation);
};

const epochOf = ({ epoch, trainLoss, evalLoss, layers }: Frame): EpochRecord => ({
  epoch,
  trainLoss,
  evalLoss,
  bestMatchOfTeacher: layers.map(({ bestMatchOfTeacher }) => bestMatchOfTeacher),
});

/** Trains an experiment to its end. */
const train = async (options: TwoLayerOptions) => {
  const experiment = resolveExperiment({ ...tinyExperiment, ...options }, 'test');
  const prepared = prepareRun(experiment);
  const engine = await createEngine(prepared.problem, {
    engine: 'wasm',
    precision: experiment.precision,
    strict: true,
  });
  const messages: RunMessage[] = [];
  const publish = (message: RunMessage): number => messages.push(message);
  const run = new Run({ identity, experiment, engine, prepared, threshold: 0.95, clock: () => 0, publish });
  run.start();
  while (run.state === 'running') run.advance(1000);
  return { run, engine, messages };
};

/** The result of one real run, as a sweep records it. `cell` holds the settings that the grid varies. */
export const trainResult = async (
  base: TwoLayerOptions,
  cell: TwoLayerOptions,
  seed: number,
): Promise<SweepResult> => {
  const stepsPerEpoch = base.stepsPerEpoch ?? tinyExperiment.stepsPerEpoch ?? 1;
  const { run, engine, messages } = await train({ ...base, ...cell, seed, frameEvery: stepsPerEpoch });
  const frames = messages.filter((message) => message.type === 'frame');
  const named = Object.entries(cell).map(([key, value]) => `${key}=${String(value)}`);
  const result: SweepResult = {
    type: 'result',
    formatVersion: 2,
    run: `${named.join(',')}/seed=${seed}`,
    cell: Object.fromEntries(Object.entries(cell)) as SweepResult['cell'],
    seed,
    experiment: twoLayer(run.header.experiment),
    engine: engine.description,
    status: run.state === 'done' ? 'done' : 'diverged',
    reason: '',
    steps: run.step,
    seconds: 1,
    finishedAt: '2026-01-01T00:01:00.000Z',
    epochs: frames.filter(({ epoch }) => Number.isInteger(epoch)).map(epochOf),
    layers: [
      {
        teacherStrength: [...run.header.teacherStrength[0]],
        bestMatchTrain: studentMatches(engine, 'train'),
        bestMatchEval: studentMatches(engine, 'eval'),
        fanOutNorm: [...frames[frames.length - 1].layers[0].fanOutNorm],
      },
    ],
  };
  run.dispose();
  return result;
};

/** Results of every cell and seed. */
export const trainSweep = async (
  base: TwoLayerOptions,
  cells: readonly TwoLayerOptions[],
  seeds: readonly number[],
): Promise<SweepResult[]> => {
  const results: SweepResult[] = [];
  for (const cell of cells) for (const seed of seeds) results.push(await trainResult(base, cell, seed));
  return results;
};

/** Every pair of an over-realization and a strength decay. */
export const gridOf = (multis: readonly number[], decays: readonly number[]): TwoLayerOptions[] =>
  decays.flatMap((strengthDecay) => multis.map((multi) => ({ multi, strengthDecay })));

export const writeSweepFolder = (folder: string, results: readonly SweepResult[]): string => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, resultsFileName), results.map(encodeResult).join(''));
  return folder;
};

/** A run's folder with the frame log of a real run. */
export const writeRunFolder = async (folder: string, options: TwoLayerOptions = {}): Promise<string> => {
  const { run, messages } = await train(options);
  const lines = messages.filter(
    (message) => message.type === 'header' || message.type === 'frame' || message.type === 'event',
  );
  run.dispose();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, logFileName), lines.map(logLine).join(''));
  return folder;
};
