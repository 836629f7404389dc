import { createEngine, type EngineChoice } from '../engine/create.js';
import type { Engine } from '../engine/engine.js';
import { nextTrainingSet, prepareRun } from '../engine/problem.js';
import { learningRateInEpoch } from '../experiment/cadence.js';
import type { Experiment } from '../experiment/experiment.js';
import { fanOutNorms } from '../net/metrics.js';
import { significant } from '../run/layer-frame.js';
import { EpochMeter, studentMatches } from './epoch-meter.js';
import type { CellValues, RunRules, SweepRun } from './plan.js';
import { type EpochRecord, type RunRecord, type RunStatus, resultsFormatVersion } from './run-record.js';

/** The engine that a sweep's runs are carried out on; the precision is the experiment's. */
export type SweepEngine = Pick<EngineChoice, 'engine' | 'strict'>;

export type ExecuteOptions = {
  readonly run: SweepRun;
  readonly cell: CellValues;
  readonly rules: RunRules;
  readonly engine: SweepEngine;
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
  readonly now: () => Date;
};

type Ending = { readonly status: RunStatus; readonly reason: string };

/** Why a run ends after the epoch just measured; null when it goes on. */
const endingAfter = (
  epoch: number,
  specializedEpochs: number,
  { epochs }: Experiment,
  { maximumEpochs, specializedForEpochs }: RunRules['stop'],
): Ending | null => {
  if (epoch >= epochs) return { status: 'done', reason: '' };
  if (specializedForEpochs !== null && specializedEpochs >= specializedForEpochs)
    return {
      status: 'stopped',
      reason: `every teacher node specialized for ${specializedForEpochs} epochs`,
    };
  if (maximumEpochs !== null && epoch >= maximumEpochs)
    return { status: 'stopped', reason: `the sweep's maximum of ${maximumEpochs} epochs` };
  return null;
};

const diverged: Ending = {
  status: 'diverged',
  reason: 'the loss of a batch is no longer a finite number',
};

const isSpecialized = ({ bestMatchOfTeacher }: EpochRecord, threshold: number): boolean =>
  bestMatchOfTeacher.every((best) => best > threshold);

/** What a run is made of while it is carried out. */
type Parts = {
  readonly engine: Engine;
  readonly meter: EpochMeter;
  /** Prepares the engine for the epoch after this many. */
  readonly startEpoch: (epoch: number) => void;
};

const openRun = async (experiment: Experiment, choice: EngineChoice) => {
  const { problem, trainData } = prepareRun(experiment);
  const engine = await createEngine(problem, choice);
  const meter = await EpochMeter.create(engine, problem, experiment, choice);
  const startEpoch = (epoch: number): void => {
    if (epoch > 0 && experiment.regenerateData) {
      const trainingSet = nextTrainingSet(experiment, trainData);
      engine.setTrainingSet(trainingSet);
      meter.setTrainingSet(trainingSet);
    }
    engine.setLearningRate(learningRateInEpoch(experiment, epoch));
  };
  const teacherStrength = Array.from(fanOutNorms(problem.teacher.w2), significant);
  return { parts: { engine, meter, startEpoch }, teacherStrength };
};

type Trained = { readonly ending: Ending; readonly steps: number; readonly epochs: readonly EpochRecord[] };

/** Trains epoch by epoch and measures after each; the last measurement is left to the caller. */
const trainEpochs = (
  { engine, meter, startEpoch }: Parts,
  { run: { experiment }, rules, onEpoch }: ExecuteOptions,
): Trained => {
  const epochs: EpochRecord[] = [];
  let [steps, specializedEpochs] = [0, 0];
  for (let epoch = 0; ; epoch++) {
    const record = epoch === rules.earlyEpoch ? meter.measureWhole(epoch).record : meter.measure(epoch);
    epochs.push(record);
    onEpoch?.(record);
    specializedEpochs = isSpecialized(record, rules.thresholds[0]) ? specializedEpochs + 1 : 0;
    const ending = endingAfter(epoch, specializedEpochs, experiment, rules.stop);
    if (ending) return { ending, steps, epochs };
    startEpoch(epoch);
    const report = engine.train(experiment.stepsPerEpoch);
    steps += report.steps;
    if (report.diverged) return { ending: diverged, steps, epochs: [...epochs, meter.measure(epoch + 1)] };
  }
};

/**
 * Carries out one run of a sweep: what its experiment is on the same engine, epoch by epoch.
 *
 * The early and the last epoch are measured on the whole sets, those between on what `curveSamples` says.
 * Errors: those of the engine.
 */
export const executeRun = async (options: ExecuteOptions): Promise<RunRecord> => {
  const { run, cell, clock, now } = options;
  const started = clock();
  const choice = { ...options.engine, precision: run.experiment.precision };
  const { parts, teacherStrength } = await openRun(run.experiment, choice);
  const { engine, meter } = parts;
  try {
    const { ending, steps, epochs } = trainEpochs(parts, options);
    const { record, evaluation } = meter.measureWhole(epochs[epochs.length - 1].epoch);
    const { student } = engine.readState();
    return {
      type: 'result',
      formatVersion: resultsFormatVersion,
      run: run.id,
      cell,
      seed: run.seed,
      experiment: run.experiment,
      engine: engine.description,
      ...ending,
      steps,
      epochs: [...epochs.slice(0, -1), record],
      teacherStrength,
      students: {
        bestMatchTrain: studentMatches(engine.evaluate('train')),
        bestMatchEval: studentMatches(evaluation),
        fanOutNorm: Array.from(fanOutNorms(student.w2), significant),
      },
      seconds: Number(((clock() - started) / 1000).toFixed(3)),
      finishedAt: now().toISOString(),
    };
  } finally {
    meter.dispose();
    engine.dispose();
  }
};

/** The record of a run that could not be carried out. */
export const failedRecord = (
  run: SweepRun,
  cell: CellValues,
  reason: string,
  seconds: number,
  finishedAt: Date,
): RunRecord => ({
  type: 'result',
  formatVersion: resultsFormatVersion,
  run: run.id,
  cell,
  seed: run.seed,
  experiment: run.experiment,
  engine: null,
  status: 'failed',
  reason,
  steps: 0,
  epochs: [],
  teacherStrength: [],
  students: { bestMatchTrain: [], bestMatchEval: [], fanOutNorm: [] },
  seconds,
  finishedAt: finishedAt.toISOString(),
});
