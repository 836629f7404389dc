import { UserError } from '../../input/index.js';
import {
  copyDeepNetwork,
  crossEntropy,
  DeepEvaluation,
  type DeepNetwork,
  deepBackward,
  deepForward,
  gradientArrays,
  initialOptimizerState,
  inputRows,
  type LayerGradient,
  layersOfArrays,
  type Matrix,
  meanSquaredError,
  normalizeNetwork,
  type OptimizerState,
  stateOfSome,
  takeRows,
  topAgreement,
  trainedArrays,
  updateParameters,
} from '../../net/index.js';
import { type DeepProblem, EpochSampler } from '../../problem/index.js';
import {
  type BatchLosses,
  type Engine,
  type EngineState,
  type Evaluation,
  noLosses,
  type Precision,
  type StepReport,
} from '../engine.js';
import { addLoss } from '../losses.js';

/** Samples that are evaluated at once: activations of convolutional layers are large. */
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

/** The oracle of the multi-layer engines: plain double precision, dense and convolutional, slow and easy to believe. */
class NaiveDeepEngine implements Engine<DeepNetwork> {
  readonly description = { engine: 'naive', variant: 'plain', precision: 'float64', threads: 1 } as const;
  readonly #problem: DeepProblem;
  #student: DeepNetwork;
  #optimizer: OptimizerState;
  #sampler: EpochSampler;
  #learningRate: number;
  #trainingSet: Matrix;

  constructor(problem: DeepProblem) {
    this.#problem = problem;
    this.#student = copyDeepNetwork(problem.student);
    this.#optimizer = initialOptimizerState(problem.rule.optimizer, trainedArrays(this.#student));
    this.#learningRate = problem.learningRate;
    this.#trainingSet = problem.trainingSet;
    this.#sampler = this.#samplerAt(problem.samplerState);
  }

  train(steps: number, before: BatchLosses = noLosses): StepReport {
    return this.#run(steps, () => this.#sampler.next(), before);
  }

  trainOn(indices: Int32Array): StepReport {
    const { batchSize } = this.#problem;
    const batch = (i: number): Int32Array => indices.subarray(i * batchSize, (i + 1) * batchSize);
    return this.#run(Math.ceil(indices.length / batchSize), batch, noLosses);
  }

  evaluate(set: 'train' | 'eval'): Evaluation {
    const { teacher, activeNodes, rule, gradientForms } = this.#problem;
    const totals = new DeepEvaluation(teacher, this.#student, activeNodes, gradientForms);
    const agreement = new Float64Array(5);
    const loss = this.#forEachChunk(set, (chunk, share) => {
      const { student, target } = totals.add(chunk, this.#problem.grid, share);
      if (rule.crossEntropy)
        topAgreement(student, target).forEach((value, k) => {
          agreement[k] += share * value;
        });
      return this.#lossOf(student, target).loss;
    });
    return {
      loss,
      layers: totals.layers(),
      topAgreement: rule.crossEntropy ? Array.from(agreement) : null,
      gradientForms: totals.forms(),
    };
  }

  loss(set: 'train' | 'eval'): number {
    return this.#forEachChunk(set, (chunk) => {
      const student = this.#forward(this.#student, chunk, false).output;
      return this.#lossOf(student, this.#forward(this.#problem.teacher, chunk, false).output).loss;
    });
  }

  setLearningRate(learningRate: number): void {
    this.#learningRate = learningRate;
  }

  setTrainingSet(trainingSet: Matrix): void {
    this.#trainingSet = trainingSet;
  }

  readState(): EngineState<DeepNetwork> {
    return {
      student: copyDeepNetwork(this.#student),
      samplerState: this.#sampler.state,
      learningRate: this.#learningRate,
      optimizer: this.#optimizer.map((array) => array.slice()),
    };
  }

  writeState({ student, samplerState, learningRate, optimizer }: EngineState<DeepNetwork>): void {
    this.#student = copyDeepNetwork(student);
    this.#optimizer = optimizer.map((array) => array.slice());
    this.#sampler = this.#samplerAt(samplerState);
    this.#learningRate = learningRate;
  }

  rebuild(problem: DeepProblem): NaiveDeepEngine {
    return new NaiveDeepEngine(problem);
  }

  dispose(): void {}

  #samplerAt(state: Uint32Array): EpochSampler {
    return new EpochSampler(state, this.#trainingSet.rows, this.#problem.batchSize);
  }

  #forward(network: DeepNetwork, x: Matrix, training: boolean) {
    const { grid } = this.#problem;
    return deepForward(network, inputRows(x, grid), grid, training);
  }

  #lossOf(student: Matrix, target: Matrix) {
    return this.#problem.rule.crossEntropy
      ? crossEntropy(student, target)
      : meanSquaredError(student, target);
  }

  /** Mean over evaluation batches of the loss that `visit` gives for each chunk, with the chunk's share of all. */
  #forEachChunk(set: 'train' | 'eval', visit: (chunk: Matrix, share: number) => number): number {
    const data = set === 'train' ? this.#trainingSet : this.#problem.evaluationSet;
    const { evaluationBatch } = this.#problem;
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

  #run(steps: number, rowsOf: (step: number) => Int32Array, before: BatchLosses): StepReport {
    const isFrozen = (layer: number): boolean => this.#problem.rule.frozenLayers.includes(layer);
    let losses = before;
    for (let i = 0; i < steps; i++) {
      const { loss, gradients } = this.#step(takeRows(this.#trainingSet, rowsOf(i)));
      losses = addLoss(losses, loss, {
        weights: Float64Array.from(gradients, ({ weight }, l) => (isFrozen(l) ? 0 : norm(weight.data))),
        biases: Float64Array.from(gradients, ({ bias }, l) => (bias && !isFrozen(l) ? norm(bias) : 0)),
      });
      if (!Number.isFinite(loss)) return { steps: i + 1, diverged: true, losses };
    }
    return { steps, diverged: false, losses };
  }

  #step(x: Matrix): { readonly loss: number; readonly gradients: readonly LayerGradient[] } {
    const { teacher, rule } = this.#problem;
    const pass = this.#forward(this.#student, x, true);
    const { loss, gradient } = this.#lossOf(pass.output, this.#forward(teacher, x, false).output);
    const gradients = deepBackward(this.#student, pass, gradient);
    this.#update(trainedArrays(this.#student), gradientArrays(gradients));
    if (rule.normalizeStudent) normalizeNetwork(this.#student, rule.frozenLayers);
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
}

/**
 * The multi-layer oracle as an engine. Errors: UserError for float32, which it does not offer.
 */
export const createNaiveDeepEngine = (
  problem: DeepProblem,
  { precision }: { readonly precision: Precision },
): Engine<DeepNetwork> => {
  if (precision !== 'float64')
    throw new UserError(`engine naive: precision "${precision}" is not offered, allowed: "float64"`);
  return new NaiveDeepEngine(problem);
};
