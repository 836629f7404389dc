import { UserError } from '../../input/index.js';
import {
  forward,
  type LayerMetrics,
  type Matrix,
  type Network,
  networkOfStacked,
  stacked,
  zeros,
} from '../../net/index.js';
import type { Problem } from '../../problem/index.js';
import {
  type BatchLosses,
  type Engine,
  type EngineState,
  type Evaluation,
  noGradientNorms,
  noLosses,
  type Precision,
  type StepReport,
} from '../engine.js';
import { type KernelModule, loadKernels } from './kernel-module.js';
import { type FusedProblem, fusedProblem } from './program-problems.js';
import {
  activityRows,
  blockRows,
  type DataSet,
  indexChunkSteps,
  Layout,
  layOut,
  type Places,
  pageBytes,
  type Shape,
  shapeOf,
} from './wasm-layout.js';

/** Values of the kernels' `source` beside a pointer to indices. */
const sampled = 0;
const wholeSet = 1;
/** Rows of a data set that the teacher sees at once while its outputs are computed. */
const teacherChunkRows = 1024;

const point = { height: 1, width: 1 };

const withOnes = (a: Matrix): Matrix => {
  const out = zeros(a.rows, a.columns + 1);
  for (let i = 0; i < a.rows; i++) {
    out.data.set(a.data.subarray(i * a.columns, (i + 1) * a.columns), i * out.columns);
    out.data[i * out.columns + a.columns] = 1;
  }
  return out;
};

const createMemory = (pages: number): WebAssembly.Memory => {
  try {
    return new WebAssembly.Memory({ initial: pages });
  } catch {
    const megabytes = Math.ceil((pages * pageBytes) / 1e6);
    throw new UserError(`engine wasm: the experiment needs ${megabytes} MB of memory, which cannot be had`);
  }
};

type Instantiate = Awaited<ReturnType<typeof loadKernels>>;

/** Our fused kernels behind the engine interface; weights and data live in one WebAssembly memory. */
class WasmEngine implements Engine {
  readonly description;
  readonly #instantiate: Instantiate;
  readonly #kernels: KernelModule;
  readonly #shape: Shape;
  readonly #places: Places;
  readonly #batchSize: number | null;
  readonly #teacher: Network;
  readonly #relu: boolean;
  readonly #memory: ArrayBufferLike;
  /** The memory as numbers of the engine's precision. */
  readonly #values: Float32Array | Float64Array;
  #learningRate: number;

  /** Errors: UserError when the problem's memory cannot be had. */
  constructor(problem: FusedProblem, precision: Precision, instantiate: Instantiate) {
    const layout = new Layout();
    this.#shape = shapeOf(problem, precision);
    this.#places = layOut(layout, this.#shape, problem);
    const memory = createMemory(layout.pages);
    this.#instantiate = instantiate;
    this.#kernels = instantiate(memory);
    this.description = { engine: 'wasm', variant: this.#kernels.variant, precision, threads: 1 } as const;
    this.#batchSize = problem.batchSize;
    this.#teacher = problem.teacher;
    this.#relu = problem.flags.relu;
    this.#memory = memory.buffer;
    this.#values = precision === 'float32' ? new Float32Array(this.#memory) : new Float64Array(this.#memory);
    this.#learningRate = problem.learningRate;
    this.#place(problem);
    this.writeState({
      student: problem.student,
      samplerState: problem.samplerState,
      learningRate: problem.learningRate,
      optimizer: [],
    });
    this.#loadDataSet(this.#places.train, problem.trainingSet);
    this.#loadDataSet(this.#places.evaluation, problem.evaluationSet);
  }

  train(steps: number, before: BatchLosses = noLosses): StepReport {
    return this.#run(steps, this.#batchSize === null ? wholeSet : sampled, before);
  }

  trainOn(indices: Int32Array): StepReport {
    const size = this.#batchSize ?? this.#places.train.rows;
    const chunk = indexChunkSteps * size;
    let report: StepReport = {
      steps: 0,
      diverged: false,
      losses: noLosses,
    };
    for (let start = 0; start < indices.length && !report.diverged; start += chunk) {
      const part = indices.subarray(start, start + chunk);
      new Int32Array(this.#memory, this.#places.indices, part.length).set(part);
      report = this.#run(part.length / size, this.#places.indices, report.losses);
    }
    return { ...report, steps: report.losses.steps };
  }

  evaluate(set: 'train' | 'eval'): Evaluation {
    const data = this.#dataSet(set);
    const { products, counts, squares } = this.#sums();
    for (const sums of [products, counts, squares]) sums.fill(0);
    const sum = this.#kernels.evaluate(
      data.inputs,
      data.targets,
      data.rows,
      data.teacher,
      data.teacherActivity,
      1,
    );
    return {
      loss: sum / (data.rows * this.#shape.c),
      layers: [this.#layerMetrics(data)],
      topAgreement: null,
      gradientForms: null,
    };
  }

  loss(set: 'train' | 'eval', first = Number.POSITIVE_INFINITY): number {
    const { inputs, targets, rows: all } = this.#dataSet(set);
    const rows = Math.min(first, all);
    return this.#kernels.evaluate(inputs, targets, rows, 0, 0, 0) / (rows * this.#shape.c);
  }

  setLearningRate(learningRate: number): void {
    this.#learningRate = learningRate;
    this.#kernels.place({ learningRate });
  }

  setTrainingSet(trainingSet: Matrix): void {
    this.#loadDataSet(this.#places.train, trainingSet);
  }

  readState(): EngineState {
    const { w1, w2, samplerState } = this.#places;
    const { d, n, c, hiddenUnits, outputUnits } = this.#shape;
    return {
      student: networkOfStacked(
        this.#readMatrix(w1, d + 1, n, hiddenUnits),
        this.#readMatrix(w2, n + 1, c, outputUnits),
        this.#relu,
      ),
      samplerState: Uint32Array.from(new Uint32Array(this.#memory, samplerState, 4)),
      learningRate: this.#learningRate,
      optimizer: [],
    };
  }

  writeState({ student, samplerState, learningRate }: EngineState): void {
    const { w1, w2 } = this.#places;
    this.#writeMatrix(w1, stacked(student.hidden[0]), this.#shape.hiddenUnits);
    this.#writeMatrix(w2, stacked(student.final), this.#shape.outputUnits);
    new Uint32Array(this.#memory, this.#places.samplerState, 4).set(samplerState);
    this.setLearningRate(learningRate);
  }

  rebuild(problem: Problem): WasmEngine {
    return new WasmEngine(fusedProblem(problem), this.description.precision, this.#instantiate);
  }

  /** Nothing to release: the memory goes with the last reference to it. */
  dispose(): void {}

  #place(problem: FusedProblem): void {
    const { d, n, c, inputUnits, hiddenUnits, outputUnits, teacherUnits, bytesPerValue } = this.#shape;
    const { w1, w2, samplerState, products, counts, squares, train, buffers } = this.#places;
    const flag = (value: boolean): number => (value ? 1 : 0);
    this.#kernels.place({
      inputs: d + 1,
      inputUnits,
      inputStride: inputUnits * bytesPerValue,
      nodes: n,
      hiddenUnits,
      hiddenStride: hiddenUnits * bytesPerValue,
      outputs: c,
      outputStride: outputUnits * bytesPerValue,
      teacherUnits,
      teacherStride: teacherUnits * bytesPerValue,
      w1,
      w2,
      samplerState,
      products,
      counts,
      squares,
      ...buffers,
      trainInputs: train.inputs,
      trainTargets: train.targets,
      trainRows: train.rows,
      blockRows,
      activityRows,
      batchSize: problem.batchSize ?? train.rows,
      relu: flag(problem.flags.relu),
      featuresFixed: flag(problem.flags.featuresFixed),
      topLayerFixed: flag(problem.flags.topLayerFixed),
      normalizeStudent: flag(problem.flags.normalizeStudent),
      noBias: flag(problem.flags.noBias),
    });
  }

  #dataSet(set: 'train' | 'eval'): DataSet {
    return set === 'train' ? this.#places.train : this.#places.evaluation;
  }

  /** What an evaluation adds up, as the kernels' state describes it. */
  #sums(): { products: Float64Array; counts: Int32Array; squares: Float64Array } {
    const { products, counts, squares } = this.#places;
    const { teacherUnits, hiddenUnits } = this.#shape;
    return {
      products: new Float64Array(this.#memory, products, teacherUnits * hiddenUnits),
      counts: new Int32Array(this.#memory, counts, teacherUnits * hiddenUnits),
      squares: new Float64Array(this.#memory, squares, hiddenUnits),
    };
  }

  #run(steps: number, source: number, before: BatchLosses): StepReport {
    this.#kernels.place({
      minimumLoss: before.minimum,
      sumLoss: before.sum,
      maximumLoss: before.maximum,
    });
    const done = this.#kernels.train(steps, source);
    const { minimumLoss, sumLoss, maximumLoss, diverged } = this.#kernels.read();
    const losses = {
      steps: before.steps + done,
      minimum: minimumLoss,
      sum: sumLoss,
      maximum: maximumLoss,
      gradientNorms: noGradientNorms,
    };
    return { steps: done, diverged: diverged !== 0, losses };
  }

  #readMatrix(pointer: number, rows: number, columns: number, stride: number): Matrix {
    const out = zeros(rows, columns);
    const start = pointer / this.#shape.bytesPerValue;
    for (let i = 0; i < rows; i++)
      out.data.set(this.#values.subarray(start + i * stride, start + i * stride + columns), i * columns);
    return out;
  }

  #writeMatrix(pointer: number, matrix: Matrix, stride: number, firstRow = 0): void {
    const start = pointer / this.#shape.bytesPerValue + firstRow * stride;
    for (let i = 0; i < matrix.rows; i++)
      this.#values.set(
        matrix.data.subarray(i * matrix.columns, (i + 1) * matrix.columns),
        start + i * stride,
      );
  }

  /** Stores a data set with what the teacher says of it, a chunk of rows at a time. */
  #loadDataSet(data: DataSet, x: Matrix): void {
    const { inputUnits, outputUnits, teacherUnits } = this.#shape;
    for (let first = 0; first < x.rows; first += teacherChunkRows) {
      const rows = Math.min(teacherChunkRows, x.rows - first);
      const chunk: Matrix = {
        rows,
        columns: x.columns,
        data: x.data.subarray(first * x.columns, (first + rows) * x.columns),
      };
      const { layers, output } = forward(this.#teacher, chunk, point, false);
      this.#writeMatrix(data.inputs, withOnes(chunk), inputUnits, first);
      this.#writeMatrix(data.targets, output, outputUnits, first);
      this.#writeMatrix(data.teacher, withOnes(layers[0].output), teacherUnits, first);
    }
    this.#kernels.packActivity(data.teacher, data.rows, data.teacherActivity);
    this.#centreTeacher(data);
  }

  /** Subtracts each teacher unit's mean; column m stays 1, to sum up the student's units. Mutates `data`'s sums. */
  #centreTeacher(data: DataSet): void {
    const { m, teacherUnits, bytesPerValue } = this.#shape;
    const start = data.teacher / bytesPerValue;
    const end = start + data.rows * teacherUnits;
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let i = start + j; i < end; i += teacherUnits) sum += this.#values[i];
      const mean = sum / data.rows;
      data.teacherSums[j] = 0;
      data.teacherSquares[j] = 0;
      for (let i = start + j; i < end; i += teacherUnits) {
        this.#values[i] -= mean;
        data.teacherSums[j] += this.#values[i];
        data.teacherSquares[j] += this.#values[i] ** 2;
      }
    }
  }

  #layerMetrics(data: DataSet): LayerMetrics {
    const { m, n, hiddenUnits } = this.#shape;
    const { products, counts, squares } = this.#sums();
    const sums = products.subarray(m * hiddenUnits);
    const activeCounts = counts.subarray(m * hiddenUnits);
    const studentScales = Float64Array.from({ length: n }, (_, k) =>
      inverseNorm(squares[k], sums[k], data.rows),
    );
    const correlation = new Float64Array(m * n);
    const observability = new Float64Array(m * n);
    for (let j = 0; j < m; j++) {
      const teacherScale = inverseNorm(data.teacherSquares[j], data.teacherSums[j], data.rows);
      for (let k = 0; k < n; k++) {
        const covariance = products[j * hiddenUnits + k] - (data.teacherSums[j] * sums[k]) / data.rows;
        correlation[j * n + k] = covariance * teacherScale * studentScales[k];
        const both = counts[j * hiddenUnits + k];
        observability[j * n + k] = Math.min(both, activeCounts[k] - both);
      }
    }
    return { teachers: m, students: n, correlation, observability };
  }
}

/** 1 / sqrt of the centred sum of squares plus the reference's 1e-10; rounding may not make that negative. */
const inverseNorm = (squares: number, sum: number, rows: number): number =>
  1 / Math.sqrt(Math.max(0, squares - (sum * sum) / rows) + 1e-10);

/**
 * Builds the fused kernels' engine, on the fastest variant that the runtime accepts or on the strict one.
 * Errors: UserError when the experiment's memory cannot be had.
 */
export const createWasmFusedEngine = async (
  problem: Problem,
  { precision, strict }: { readonly precision: Precision; readonly strict: boolean },
): Promise<Engine> => new WasmEngine(fusedProblem(problem), precision, await loadKernels(strict, precision));
