import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { UserError } from '../../input/index.js';
import {
  everyArray,
  fusedProduct,
  inputRows,
  type LayerForms,
  type Matrix,
  forward as oracleForward,
  RunningForms,
} from '../../net/index.js';
import { type BatchSampler, batchSampler, type Problem, type TrainingSamples } from '../../problem/index.js';
import {
  type BatchLosses,
  type Engine,
  type EngineDescription,
  type EngineState,
  type Evaluation,
  type LayerCorrelations,
  noLosses,
  type Precision,
  type StepReport,
} from '../engine.js';
import { addLoss } from '../losses.js';
import { refusePrecision } from '../offered-precision.js';
import { backendsFor } from './backend-order.js';
import { type Chunk, evaluationChunks } from './evaluation-chunks.js';
import { type Forward, runForward } from './tensor-forward.js';
import { lossOf, topHits } from './tensor-loss.js';
import { TensorLayerMetrics } from './tensor-metrics.js';
import { NetworkLayout, type TensorNetwork } from './tensor-network.js';
import { chunkRows, createTensorSet, rowsBetween, type TensorSet } from './tensor-set.js';
import { TensorStudent } from './tensor-student.js';
import { inScope, type LoadedTfjs, loadTfjs, type Tfjs, type TfjsBackend } from './tfjs-backend.js';

/** Rows that the oracle evaluates at once. */
const formRows = 64;

/** Trains by tfjs's gradients, in single precision, on whichever backend it was loaded with. */
class TfjsEngine implements Engine {
  readonly description: EngineDescription;
  readonly #loaded: LoadedTfjs;
  readonly #problem: Problem;
  readonly #tf: Tfjs;
  readonly #backend: TfjsBackend;
  readonly #forward: Forward;
  readonly #teacherTensors: readonly Tensor[];
  readonly #teacher: TensorNetwork;
  readonly #student: TensorStudent;
  readonly #evaluationSet: TensorSet;
  #trainingSet: TensorSet;
  /** As given; the gradient forms are computed from it. */
  #trainingInputs: Matrix;
  #batches: BatchSampler;
  #learningRate: number;

  constructor(loaded: LoadedTfjs, problem: Problem) {
    const { tf, backend, threads } = loaded;
    this.#loaded = loaded;
    this.description = { engine: 'tfjs', variant: backend, precision: 'float32', threads };
    this.#problem = problem;
    this.#tf = tf;
    this.#backend = backend;
    this.#forward = { tf, backend, openAtZero: problem.student.openAtZero };
    const layout = new NetworkLayout(tf, problem.teacher);
    this.#teacherTensors = layout.upload(everyArray(problem.teacher));
    this.#teacher = layout.assemble(this.#teacherTensors);
    this.#student = new TensorStudent(this.#forward, problem);
    this.#evaluationSet = this.#upload(problem.evaluationSet, null);
    this.#trainingSet = this.#upload(problem.trainingSet, problem.outputNoise);
    this.#trainingInputs = problem.trainingSet;
    this.#batches = batchSampler(problem, problem.samplerState);
    this.#learningRate = problem.learningRate;
  }

  train(steps: number, before: BatchLosses = noLosses): StepReport {
    return this.#run(steps, () => this.#batches.next(), before);
  }

  trainOn(indices: Int32Array): StepReport {
    const size = this.#problem.batchSize ?? this.#trainingSet.rows;
    const batch = (i: number): Int32Array => indices.slice(i * size, (i + 1) * size);
    return this.#run(Math.ceil(indices.length / size), batch, noLosses);
  }

  evaluate(set: 'train' | 'eval'): Evaluation {
    const crossEntropy = this.#problem.rule.loss === 'cross-entropy';
    const running = this.#emptyMetrics();
    const agreement = new Float64Array(5);
    const loss = this.#overChunks(set, (x, target, { share }) => {
      const student = runForward(this.#forward, this.#student.network, x, false);
      const teacher = runForward(this.#forward, this.#teacher, x, false);
      running.forEach((metrics, l) => {
        metrics.add(this.#activeUnits(teacher.units[l], l), this.#asRows(student.units[l]));
      });
      if (crossEntropy)
        topHits(this.#tf, student.output, target).forEach((hits, k) => {
          agreement[k] += (100 * share * hits) / target.shape[0];
        });
      return student.output;
    });
    const layers = running.map((metrics) => metrics.metrics(this.#problem.correlationFloor));
    for (const metrics of running) metrics.dispose();
    return {
      loss,
      layers,
      topAgreement: crossEntropy ? Array.from(agreement) : null,
      gradientForms: this.#problem.gradientForms ? this.#gradientForms(set) : null,
    };
  }

  correlations(set: 'train' | 'eval'): readonly LayerCorrelations[] {
    return this.evaluate(set).layers;
  }

  loss(set: 'train' | 'eval'): number {
    const network = this.#student.network;
    return this.#overChunks(set, (x) => runForward(this.#forward, network, x, false).output);
  }

  setLearningRate(learningRate: number): void {
    this.#learningRate = learningRate;
  }

  setTrainingSet({ trainingSet, outputNoise }: TrainingSamples): void {
    this.#activate();
    this.#tf.dispose([this.#trainingSet.x, this.#trainingSet.target]);
    this.#trainingSet = this.#upload(trainingSet, outputNoise);
    this.#trainingInputs = trainingSet;
  }

  readState(): EngineState {
    this.#activate();
    return {
      student: this.#student.readNetwork(),
      samplerState: this.#batches.state,
      learningRate: this.#learningRate,
      optimizer: this.#student.readMemory(),
    };
  }

  writeState({ student, samplerState, learningRate, optimizer }: EngineState): void {
    this.#activate();
    this.#student.write(student, optimizer);
    this.#batches = batchSampler(this.#problem, samplerState);
    this.#learningRate = learningRate;
  }

  rebuild(problem: Problem): TfjsEngine {
    this.dispose();
    return new TfjsEngine(this.#loaded, problem);
  }

  dispose(): void {
    this.#activate();
    this.#student.dispose();
    const sets = [this.#trainingSet, this.#evaluationSet];
    this.#tf.dispose([...this.#teacherTensors, ...sets.flatMap(({ x, target }) => [x, target])]);
  }

  /**
   * The current backend is one for all engines of a thread. Changing to one that has been initialized takes effect
   * before the promise is returned.
   */
  #activate(): void {
    if (this.#tf.getBackend() !== this.#backend) void this.#tf.setBackend(this.#backend);
  }

  #upload(data: Matrix, noise: Matrix | null): TensorSet {
    return createTensorSet(this.#forward, this.#teacher, { data, noise }, this.#problem);
  }

  #run(steps: number, rowsOf: (step: number) => Int32Array | null, before: BatchLosses): StepReport {
    this.#activate();
    let losses = before;
    for (let i = 0; i < steps; i++) {
      const { loss, gradientNorms } = this.#stepOn(rowsOf(i));
      losses = addLoss(losses, loss, gradientNorms);
      if (!Number.isFinite(loss)) return { steps: i + 1, diverged: true, losses };
    }
    return { steps, diverged: false, losses };
  }

  #stepOn(rows: Int32Array | null) {
    const { x, target } = this.#trainingSet;
    return inScope(this.#tf, () => {
      if (rows === null) return this.#student.step(x, target, this.#learningRate);
      const indices = this.#tf.tensor1d(rows, 'int32');
      const batch = [this.#tf.gather(x, indices), this.#tf.gather(target, indices)] as const;
      return this.#student.step(...batch, this.#learningRate);
    });
  }

  /** Mean over evaluation batches of the loss of the student's outputs, which `outputOf` gives for each chunk. */
  #overChunks(
    set: 'train' | 'eval',
    outputOf: (x: Tensor, target: Tensor2D, chunk: Chunk) => Tensor2D,
  ): number {
    this.#activate();
    const { rows, x, target } = set === 'train' ? this.#trainingSet : this.#evaluationSet;
    const { grid, evaluationBatch, rule } = this.#problem;
    const lossOfChunk = (chunk: Chunk): number =>
      inScope(this.#tf, () => {
        const cut = <T extends Tensor>(a: T): T => rowsBetween(this.#tf, a, chunk.first, chunk.end);
        const chunkTarget = cut(target);
        const output = outputOf(cut(x), chunkTarget, chunk);
        return lossOf(this.#tf, output, chunkTarget, rule.loss).dataSync()[0];
      });
    return evaluationChunks(rows, evaluationBatch ?? rows, chunkRows(grid)).reduce(
      (sum, chunk) => sum + chunk.share * lossOfChunk(chunk),
      0,
    );
  }

  #emptyMetrics(): TensorLayerMetrics[] {
    const { activeNodes, student } = this.#problem;
    return activeNodes.map(
      (nodes, l) => new TensorLayerMetrics(this.#forward, nodes.length, student.hidden[l].weight.rows),
    );
  }

  /** A row for every sample and position. */
  #asRows(units: Tensor): Tensor2D {
    return this.#tf.reshape(units, [-1, units.shape[units.rank - 1]]);
  }

  #activeUnits(units: Tensor, layer: number): Tensor2D {
    const rows = this.#asRows(units);
    const nodes = this.#problem.activeNodes[layer];
    if (nodes.length === rows.shape[1]) return rows;
    return this.#tf.gather(rows, this.#tf.tensor1d([...nodes], 'int32'), 1);
  }

  /** Computed by the oracle. */
  #gradientForms(set: 'train' | 'eval'): readonly LayerForms[] | null {
    const { teacher, evaluationSet, evaluationBatch, grid } = this.#problem;
    const { rows, columns, data } = set === 'train' ? this.#trainingInputs : evaluationSet;
    const student = this.#student.readNetwork();
    const totals = new RunningForms(teacher, student);
    for (const { first, end, share } of evaluationChunks(rows, evaluationBatch ?? rows, formRows)) {
      const chunk = { rows: end - first, columns, data: data.subarray(first * columns, end * columns) };
      const [ofTeacher, ofStudent] = [teacher, student].map((network) =>
        oracleForward(network, inputRows(chunk, grid), grid, false, fusedProduct),
      );
      totals.add(ofTeacher, ofStudent, share);
    }
    return totals.forms();
  }
}

/** How to choose a backend. */
export type TfjsChoice = {
  readonly precision: Precision;
  /** The same bits on every machine: only plain JavaScript promises that. */
  readonly strict?: boolean;
  /** One backend in place of the fastest for the problem that loads. */
  readonly backend?: TfjsBackend;
};

/**
 * A second, independent implementation of the steps, on tfjs; the library is loaded here and not before.
 *
 * Errors: UserError for float64, which tfjs does not have, and where the backend does not load.
 */
export const createTfjsEngine = async (
  problem: Problem,
  { precision, strict, backend }: TfjsChoice,
): Promise<Engine> => {
  refusePrecision('tfjs', precision);
  if (problem.rule.temperature !== 0)
    throw new UserError(
      'engine tfjs: got a temperature, allowed: none; choose engine wasm or naive for Langevin noise',
    );
  const backends = strict ? (['cpu'] as const) : backendsFor(problem);
  return new TfjsEngine(await loadTfjs(backend ? [backend] : backends), problem);
};
