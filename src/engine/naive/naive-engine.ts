import { UserError } from '../../input/index.js';
import {
  backward,
  constrain,
  copyNetwork,
  forward,
  gradientArrays,
  initialOptimizerState,
  inputRows,
  type LayerGradient,
  layersOfArrays,
  lossGradient,
  type Matrix,
  type Network,
  type OptimizerState,
  RunningMetrics,
  stateOfSome,
  takeRows,
  topAgreement,
  trainedArrays,
  updateParameters,
} from '../../net/index.js';
import { type BatchSampler, batchSampler, type Problem } from '../../problem/index.js';
import {
  type BatchLosses,
  type Engine,
  type EngineState,
  type Evaluation,
  type GradientNorms,
  noGradientNorms,
  noLosses,
  type Precision,
  type StepReport,
} from '../engine.js';
import { addLoss } from '../losses.js';

/** Samples that are evaluated at once where losses are means over batches: activations of convolutions are large. */
const chunkRows = 64;

const norm = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

const rowRange = ({ columns, data }: Matrix, first: number, end: number): Matrix => ({
  rows: end - first,
  columns,
  data: data.subarray(first * columns, end * columns),
});

/** Calls back with [first, end) of every batch of this size, the last one possibly short. */
const forEachBatch = (rows: number, size: number, visit: (first: number, end: number) => void): void => {
  for (let first = 0; first < rows; first += size) visit(first, Math.min(rows, first + size));
};

/** The oracle of all engines: plain double precision, dense and convolutional, slow and easy to believe. */
class NaiveEngine implements Engine {
  readonly description = { engine: 'naive', variant: 'plain', precision: 'float64', threads: 1 } as const;
  readonly #problem: Problem;
  #student: Network;
  #optimizer: OptimizerState;
  #sampler: BatchSampler;
  #learningRate: number;
  #trainingSet: Matrix;

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#student = copyNetwork(problem.student);
    this.#optimizer = initialOptimizerState(problem.rule.optimizer, trainedArrays(this.#student));
    this.#learningRate = problem.learningRate;
    this.#trainingSet = problem.trainingSet;
    this.#sampler = batchSampler(problem, problem.samplerState);
  }

  train(steps: number, before: BatchLosses = noLosses): StepReport {
    return this.#run(steps, () => this.#sampler.next(), before);
  }

  trainOn(indices: Int32Array): StepReport {
    const size = this.#problem.batchSize ?? this.#trainingSet.rows;
    const batch = (i: number): Int32Array => indices.subarray(i * size, (i + 1) * size);
    return this.#run(Math.ceil(indices.length / size), batch, noLosses);
  }

  evaluate(set: 'train' | 'eval'): Evaluation {
    const { rule, grid, correlationFloor: floor } = this.#problem;
    const metrics = new RunningMetrics({ ...this.#problem, floor, student: this.#student });
    const agreement = rule.loss === 'cross-entropy' ? new Float64Array(5) : null;
    const loss = this.#forEachChunk(this.#dataSet(set), (chunk, share) => {
      const { student, target } = metrics.add(chunk, grid, share);
      if (agreement)
        topAgreement(student, target).forEach((value, k) => {
          agreement[k] += share * value;
        });
      return lossGradient(rule.loss, student, target).loss;
    });
    return {
      loss,
      layers: metrics.layers(),
      topAgreement: agreement && Array.from(agreement),
      gradientForms: metrics.forms(),
    };
  }

  loss(set: 'train' | 'eval', rows = Number.POSITIVE_INFINITY): number {
    const data = this.#dataSet(set);
    return this.#forEachChunk(rowRange(data, 0, Math.min(rows, data.rows)), (chunk) => {
      const student = this.#forward(this.#student, chunk, false).output;
      return lossGradient(this.#problem.rule.loss, student, this.#targets(chunk)).loss;
    });
  }

  setLearningRate(learningRate: number): void {
    this.#learningRate = learningRate;
  }

  setTrainingSet(trainingSet: Matrix): void {
    this.#trainingSet = trainingSet;
  }

  readState(): EngineState {
    return {
      student: copyNetwork(this.#student),
      samplerState: this.#sampler.state,
      learningRate: this.#learningRate,
      optimizer: this.#optimizer.map((array) => array.slice()),
    };
  }

  writeState({ student, samplerState, learningRate, optimizer }: EngineState): void {
    this.#student = copyNetwork(student);
    this.#optimizer = optimizer.map((array) => array.slice());
    this.#sampler = batchSampler(this.#problem, samplerState);
    this.#learningRate = learningRate;
  }

  rebuild(problem: Problem): NaiveEngine {
    return new NaiveEngine(problem);
  }

  dispose(): void {}

  #dataSet(set: 'train' | 'eval'): Matrix {
    return set === 'train' ? this.#trainingSet : this.#problem.evaluationSet;
  }

  #forward(network: Network, x: Matrix, training: boolean) {
    const { grid } = this.#problem;
    return forward(network, inputRows(x, grid), grid, training);
  }

  #targets(x: Matrix): Matrix {
    return this.#forward(this.#problem.teacher, x, false).output;
  }

  /** Mean over evaluation batches of the loss that `visit` gives for each chunk, with the chunk's share of all. */
  #forEachChunk(data: Matrix, visit: (chunk: Matrix, share: number) => number): number {
    const { evaluationBatch } = this.#problem;
    if (evaluationBatch === null) return visit(data, 1);
    const batches = Math.ceil(data.rows / evaluationBatch);
    let loss = 0;
    forEachBatch(data.rows, evaluationBatch, (first, end) =>
      forEachBatch(end - first, chunkRows, (from, to) => {
        const share = (to - from) / ((end - first) * batches);
        loss += share * visit(rowRange(data, first + from, first + to), share);
      }),
    );
    return loss;
  }

  #run(steps: number, rowsOf: (step: number) => Int32Array | null, before: BatchLosses): StepReport {
    let losses = before;
    for (let i = 0; i < steps; i++) {
      const rows = rowsOf(i);
      const batch = rows === null ? this.#trainingSet : takeRows(this.#trainingSet, rows);
      const { loss, gradients } = this.#step(batch);
      losses = addLoss(losses, loss, this.#normsOf(gradients));
      if (!Number.isFinite(loss)) return { steps: i + 1, diverged: true, losses };
    }
    return { steps, diverged: false, losses };
  }

  #step(x: Matrix): { readonly loss: number; readonly gradients: readonly LayerGradient[] } {
    const { loss: name, constraints, frozenLayers } = this.#problem.rule;
    const pass = this.#forward(this.#student, x, true);
    const { loss, gradient, divisor } = lossGradient(name, pass.output, this.#targets(x));
    const gradients = backward(this.#student, pass, gradient);
    for (const array of gradientArrays(gradients)) for (let i = 0; i < array.length; i++) array[i] /= divisor;
    this.#update(trainedArrays(this.#student), gradientArrays(gradients));
    for (const constraint of constraints) constrain(this.#student, constraint, frozenLayers);
    return { loss, gradients };
  }

  /** Moves the parameters of the layers that are not frozen. */
  #update(parameters: readonly Float64Array[], gradients: readonly Float64Array[]): void {
    const { optimizer, frozenLayers } = this.#problem.rule;
    const places = layersOfArrays(this.#student).flatMap((layer, place) =>
      frozenLayers.includes(layer) ? [] : [place],
    );
    updateParameters(optimizer, stateOfSome(this.#optimizer, parameters.length, places), {
      parameters: places.map((place) => parameters[place]),
      gradients: places.map((place) => gradients[place]),
      learningRate: this.#learningRate,
    });
  }

  #normsOf(gradients: readonly LayerGradient[]): GradientNorms {
    const { gradientNorms, rule } = this.#problem;
    if (!gradientNorms) return noGradientNorms;
    const isFrozen = (layer: number): boolean => rule.frozenLayers.includes(layer);
    return {
      weights: Float64Array.from(gradients, ({ weight }, l) => (isFrozen(l) ? 0 : norm(weight.data))),
      biases: Float64Array.from(gradients, ({ bias }, l) => (bias && !isFrozen(l) ? norm(bias) : 0)),
    };
  }
}

/** The oracle as an engine. Errors: UserError for float32, which it does not offer. */
export const createNaiveEngine = (
  problem: Problem,
  { precision }: { readonly precision: Precision },
): Engine => {
  if (precision !== 'float64')
    throw new UserError(`engine naive: precision "${precision}" is not offered, allowed: "float64"`);
  return new NaiveEngine(problem);
};
