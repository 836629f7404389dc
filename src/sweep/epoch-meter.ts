import { createEngine, type EngineChoice } from '../engine/create.js';
import type { Engine, Evaluation, LayerMetrics, Problem } from '../engine/engine.js';
import type { Experiment } from '../experiment/experiment.js';
import type { Matrix } from '../net/matrix.js';
import { bestMatchOfStudent, bestMatchOfTeacher } from '../net/metrics.js';
import { significant } from '../run/layer-frame.js';
import type { EpochRecord } from './run-record.js';
import { stepWork } from './work.js';

/** Share of all arithmetic that measuring every epoch may take. */
const measuringShare = 0.07;
/** Fewer samples than this say too little. */
const leastSamples = 500;
/** What reading a sample from memory costs beside the arithmetic, in multiply-adds a number. */
const readingCost = 4;

/**
 * Samples of each set that an epoch is measured on: all of them where that is cheap beside the epoch's training,
 * else as many as keep within the share. The paper's sets would cost as much as half of the training.
 */
export const curveSamples = (experiment: Experiment): number => {
  const { d, m, n, c, trainSize, evalSize, stepsPerEpoch } = experiment;
  const perSample = readingCost * (d + c) + (d + 1) * n + (n + 1) * c + m * n;
  const affordable = (measuringShare * stepsPerEpoch * stepWork(experiment)) / (2 * perSample);
  return Math.min(Math.max(trainSize, evalSize), Math.max(leastSamples, Math.floor(affordable)));
};

const firstRows = ({ rows, columns, data }: Matrix, count: number): Matrix => {
  const kept = Math.min(rows, count);
  return { rows: kept, columns, data: data.subarray(0, kept * columns) };
};

const matrixOf = ({ teachers, students, correlation }: LayerMetrics): Matrix => ({
  rows: teachers,
  columns: students,
  data: correlation,
});

/** The best correlation of each student node with a teacher node. [n] */
export const studentMatches = ({ layers }: Evaluation): number[] =>
  Array.from(bestMatchOfStudent(matrixOf(layers[0])).correlation, significant);

/**
 * Measures a student between epochs, on the first samples of each set or on all of them. The samples go to an
 * engine of their own, which takes over the student's weights for it.
 */
export class EpochMeter {
  readonly #engine: Engine;
  /** Null where the engine's own sets are small enough. */
  readonly #probe: Engine | null;
  readonly #samples: number;
  readonly #sizes: readonly [train: number, evaluation: number];

  private constructor(engine: Engine, probe: Engine | null, samples: number, experiment: Experiment) {
    this.#engine = engine;
    this.#probe = probe;
    this.#samples = samples;
    this.#sizes = [experiment.trainSize, experiment.evalSize];
  }

  static async create(
    engine: Engine,
    problem: Problem,
    experiment: Experiment,
    choice: EngineChoice,
  ): Promise<EpochMeter> {
    const samples = curveSamples(experiment);
    if (samples >= Math.max(experiment.trainSize, experiment.evalSize))
      return new EpochMeter(engine, null, samples, experiment);
    const part: Problem = {
      ...problem,
      trainingSet: firstRows(problem.trainingSet, samples),
      evaluationSet: firstRows(problem.evaluationSet, samples),
    };
    return new EpochMeter(engine, await createEngine(part, choice), samples, experiment);
  }

  /** Follows the engine to its next training set. */
  setTrainingSet(trainingSet: Matrix): void {
    this.#probe?.setTrainingSet(firstRows(trainingSet, this.#samples));
  }

  /** The student as it is now, on the samples of the curve. */
  measure(epoch: number): EpochRecord {
    if (this.#probe === null) return this.measureWhole(epoch).record;
    this.#probe.writeState(this.#engine.readState());
    const [train, evaluation] = this.#sizes.map((size) => Math.min(size, this.#samples));
    return epochRecord(epoch, this.#probe.loss('train'), this.#probe.evaluate('eval'), [train, evaluation]);
  }

  /** The student as it is now, on all samples. */
  measureWhole(epoch: number): { readonly record: EpochRecord; readonly evaluation: Evaluation } {
    const evaluation = this.#engine.evaluate('eval');
    const record = epochRecord(epoch, this.#engine.loss('train'), evaluation, this.#sizes);
    return { record, evaluation };
  }

  dispose(): void {
    this.#probe?.dispose();
  }
}

const epochRecord = (
  epoch: number,
  trainLoss: number,
  { loss: evalLoss, layers }: Evaluation,
  samples: EpochRecord['samples'],
): EpochRecord => ({
  epoch,
  trainLoss,
  evalLoss,
  bestMatchOfTeacher: Array.from(bestMatchOfTeacher(matrixOf(layers[0])).correlation, significant),
  samples,
});
