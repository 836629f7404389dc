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
import { type BatchSampler, batchSampler, type Problem, type TrainingSamples } from '../../problem/index.js';
import {
  type BatchLosses,
  type Engine,
  type EngineState,
  type Evaluation,
  type GradientNorms,
  type LayerCorrelations,
  noGradientNorms,
  noLosses,
  type Precision,
  type StepReport,
} from '../engine.js';
import { addLoss } from '../losses.js';
import { refusePrecision } from '../offered-precision.js';

/** Samples that are evaluated at once where losses are means over batches: activations of convolutions are large. */
const chunkRows = 64;

const norm = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

const rowRange = ({ columns, data }: Matrix, first: number, end: number): Matrix => ({
  rows: end - first,
  columns,
  data: data.subarray(first * columns, end * columns),
});

/** Inputs, and the noise on the teacher's outputs there; null: none. */
type Samples = { readonly x: Matrix; readonly noise: Matrix | null };

const samplesBetween = ({ x, noise }: Samples, first: number, end: number): Samples => ({
  x: rowRange(x, first, end),
  noise: noise && rowRange(noise, first, end),
});

const takeSamples = ({ x, noise }: Samples, rows: Int32Array): Samples => ({
  x: takeRows(x, rows),
  noise: noise && takeRows(noise, rows),
});

const trainedOn = ({ trainingSet, outputNoise }: TrainingSamples): Samples => ({
  x: trainingSet,
  noise: outputNoise,
});

/** The sum of both. */
const withNoise = (output: Matrix, noise: Matrix | null): Matrix =>
  noise ? { ...output, data: output.data.map((value, i) => value + noise.data[i]) } : output;

/** Calls back with [first, end) of every batch of this size, the last one possibly short. */
const forEachBatch = (rows: number, size: number, visit: (first: number, end: number) => void): void => {
  for (let first = 0; first < rows; first += size) visit(first, Math.min(rows, first + size));
};

/** Where the batches of a stretch of steps come from, and what draws the noise of each; null: none. */
type StepSource = {
  readonly rowsOf: (step: number) => Int32Array | null;
  readonly noise: (() => number) | null;
};

/** The oracle of all engines: plain double precision, dense and convolutional, slow and easy to believe. */
class NaiveEngine implements Engine {
  readonly description = { engine: 'naive', variant: 'plain', precision: 'float64', threads: 1 } as const;
  readonly #problem: Problem;
  #student: Network;
  #optimizer: OptimizerState;
  #sampler: BatchSampler;
  #learningRate: number;
  #training: Samples;

  constructor(problem: Problem) {
    this.#problem = problem;
    this.#student = copyNetwork(problem.student);
    this.#optimizer = initialOptimizerState(problem.rule.optimizer, trainedArrays(this.#student));
    this.#learningRate = problem.learningRate;
    this.#training = trainedOn(problem);
    this.#sampler = batchSampler(problem, problem.samplerState);
  }

  train(steps: number, before: BatchLosses = noLosses): StepReport {
    const { temperature } = this.#problem.rule;
    const noise = temperature === 0 ? null : this.#sampler.nextNormal;
    return this.#run(steps, { rowsOf: () => this.#sampler.next(), noise }, before);
  }

  trainOn(indices: Int32Array): StepReport {
    const size = this.#problem.batchSize ?? this.#training.x.rows;
    const batch = (i: number): Int32Array => indices.subarray(i * size, (i + 1) * size);
    return this.#run(Math.ceil(indices.length / size), { rowsOf: batch, noise: null }, noLosses);
  }

  evaluate(set: 'train' | 'eval'): Evaluation {
    const { rule, grid, correlationFloor: floor } = this.#problem;
    const metrics = new RunningMetrics({ ...this.#problem, floor, student: this.#student });
    const agreement = rule.loss === 'cross-entropy' ? new Float64Array(5) : null;
    const loss = this.#forEachChunk(this.#dataSet(set), ({ x, noise }, share) => {
      const { student, target } = metrics.add(x, grid, share);
      if (agreement)
        topAgreement(student, target).forEach((value, k) => {
          agreement[k] += share * value;
        });
      return lossGradient(rule.loss, student, withNoise(target, noise)).loss;
    });
    return {
      loss,
      layers: metrics.layers(),
      topAgreement: agreement && Array.from(agreement),
      gradientForms: metrics.forms(),
    };
  }

  correlations(set: 'train' | 'eval'): readonly LayerCorrelations[] {
    return this.evaluate(set).layers;
  }

  loss(set: 'train' | 'eval', rows = Number.POSITIVE_INFINITY): number {
    const data = this.#dataSet(set);
    return this.#forEachChunk(samplesBetween(data, 0, Math.min(rows, data.x.rows)), (chunk) => {
      const student = this.#forward(this.#student, chunk.x, false).output;
      return lossGradient(this.#problem.rule.loss, student, this.#targets(chunk)).loss;
    });
  }

  setLearningRate(learningRate: number): void {
    this.#learningRate = learningRate;
  }

  setTrainingSet(samples: TrainingSamples): void {
    this.#training = trainedOn(samples);
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

  #dataSet(set: 'train' | 'eval'): Samples {
    return set === 'train' ? this.#training : { x: this.#problem.evaluationSet, noise: null };
  }

  #forward(network: Network, x: Matrix, training: boolean) {
    const { grid } = this.#problem;
    return forward(network, inputRows(x, grid), grid, training);
  }

  #targets({ x, noise }: Samples): Matrix {
    return withNoise(this.#forward(this.#problem.teacher, x, false).output, noise);
  }

  /** Mean over evaluation batches of the loss that `visit` gives for each chunk, with the chunk's share of all. */
  #forEachChunk(data: Samples, visit: (chunk: Samples, share: number) => number): number {
    const { evaluationBatch } = this.#problem;
    if (evaluationBatch === null) return visit(data, 1);
    const batches = Math.ceil(data.x.rows / evaluationBatch);
    let loss = 0;
    forEachBatch(data.x.rows, evaluationBatch, (first, end) =>
      forEachBatch(end - first, chunkRows, (from, to) => {
        const share = (to - from) / ((end - first) * batches);
        loss += share * visit(samplesBetween(data, first + from, first + to), share);
      }),
    );
    return loss;
  }

  #run(steps: number, { rowsOf, noise }: StepSource, before: BatchLosses): StepReport {
    let losses = before;
    for (let i = 0; i < steps; i++) {
      const rows = rowsOf(i);
      const batch = rows === null ? this.#training : takeSamples(this.#training, rows);
      const { loss, gradients } = this.#step(batch, noise);
      losses = addLoss(losses, loss, this.#normsOf(gradients));
      if (!Number.isFinite(loss)) return { steps: i + 1, diverged: true, losses };
    }
    return { steps, diverged: false, losses };
  }

  #step(
    samples: Samples,
    noise: StepSource['noise'],
  ): { readonly loss: number; readonly gradients: readonly LayerGradient[] } {
    const { loss: name, constraints, frozenLayers } = this.#problem.rule;
    const pass = this.#forward(this.#student, samples.x, true);
    const { loss, gradient, divisor } = lossGradient(name, pass.output, this.#targets(samples));
    const gradients = backward(this.#student, pass, gradient);
    for (const array of gradientArrays(gradients)) for (let i = 0; i < array.length; i++) array[i] /= divisor;
    this.#update(trainedArrays(this.#student), gradientArrays(gradients));
    if (noise) this.#addNoise(noise);
    for (const constraint of constraints) constrain(this.#student, constraint, frozenLayers);
    return { loss, gradients };
  }

  /** The arrays of trainedArrays whose layers are not frozen. */
  get #freePlaces(): number[] {
    const { frozenLayers } = this.#problem.rule;
    return layersOfArrays(this.#student).flatMap((layer, place) =>
      frozenLayers.includes(layer) ? [] : [place],
    );
  }

  /** The noise of Langevin dynamics. Source: Welling and Teh 2011. */
  #addNoise(noise: () => number): void {
    const deviation = Math.sqrt(2 * this.#learningRate * this.#problem.rule.temperature);
    const arrays = trainedArrays(this.#student);
    for (const place of this.#freePlaces)
      for (let i = 0; i < arrays[place].length; i++) arrays[place][i] += deviation * noise();
  }

  /** Moves the parameters of the layers that are not frozen. */
  #update(parameters: readonly Float64Array[], gradients: readonly Float64Array[]): void {
    const { optimizer } = this.#problem.rule;
    const places = this.#freePlaces;
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
  refusePrecision('naive', precision);
  return new NaiveEngine(problem);
};
