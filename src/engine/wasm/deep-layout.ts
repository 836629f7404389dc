import type { Affine, Network } from '../../net/index.js';
import type { Precision } from '../engine.js';
import type { DeepProblem } from './program-problems.js';
import { exchangeWords } from './threads/exchange.js';
import { jobNumbers } from './threads/job.js';
import { activityRows, blockRows, Layout, paddedColumns, roundUp, vectorBytes } from './wasm-layout.js';

const doubleBytes = Float64Array.BYTES_PER_ELEMENT;
const intBytes = Int32Array.BYTES_PER_ELEMENT;

/** Nodes are worked on four at a time. */
const nodeStep = 4;
/** What the kernels copy closer together at a time: a band of gradients, or columns of as many rows as there are weights. */
const bandBytes = 16_384;
const panelRowBytes = 2 * vectorBytes;
/** Rows of the training set whose teacher units are in memory at once, while it is evaluated with its metrics. */
const trainMetricRows = 1024;
/** First ranks that the label's place among the outputs is counted for. */
export const ranks = 5;

/** One affine layer as stored, [inputs + 1 x units], the biases' row last; strides and pointers are bytes. */
export type PlannedLayer = {
  readonly inputs: number;
  readonly units: number;
  readonly hasBias: boolean;
  /** Allocated rows: `inputs` and the constant, rounded up. */
  readonly inputUnits: number;
  readonly inputStride: number;
  readonly stride: number;
  readonly weights: number;
  /** The optimizer's moments or velocity; 0 where the rule has none. */
  readonly first: number;
  readonly second: number;
  /** Gradients, one matrix for each thread. */
  readonly deltas: number;
  readonly deltaStep: number;
};

/** What an evaluation adds up about one hidden layer, see src/engine/wasm/kernel/deep-statistics.ts. */
export type PlannedSums = {
  readonly products: number;
  readonly partial: number;
  readonly activity: number;
  readonly counts: number;
  readonly squares: number;
};

/** What one thread works in. */
export type PlannedShard = {
  readonly inputs: number;
  readonly targets: number;
  /** Units of each hidden layer, then the outputs. [blockRows x stride] */
  readonly activations: readonly number[];
  /** Gradients at hidden units, of which a layer and the one below are in use at a time. */
  readonly gradients: readonly [number, number];
  readonly scratch: number;
  /** Weights or gradients copied closer together, see src/engine/wasm/kernel/deep-layers.ts. */
  readonly panel: number;
  /** One double: the sum that a pass has found. */
  readonly loss: number;
  /** Sums of squares of the gradients of each layer, weights' and biases'. [layers x 2] doubles */
  readonly norms: number;
  readonly hits: number;
  readonly sums: readonly PlannedSums[];
};

/** Teacher units of a stretch of rows, by hidden layer. */
export type PlannedTeacher = {
  readonly rows: number;
  readonly units: readonly number[];
  readonly activity: readonly number[];
};

export type PlannedSet = {
  readonly rows: number;
  readonly inputs: number;
  readonly targets: number;
  readonly teacher: PlannedTeacher;
};

/** Where everything lies, for every thread of an engine; plain data. */
export type DeepPlan = {
  readonly precision: Precision;
  readonly bytesPerValue: 4 | 8;
  readonly threads: number;
  readonly crossEntropy: boolean;
  readonly normalizeStudent: boolean;
  readonly frozenLayers: readonly number[];
  /** Hidden layers, then the head. */
  readonly layers: readonly PlannedLayer[];
  readonly targetStride: number;
  /** Bytes of a row of teacher units, by hidden layer: its active nodes and a column of ones. */
  readonly teacherStrides: readonly number[];
  readonly shards: readonly PlannedShard[];
  readonly sets: readonly [train: PlannedSet, evaluation: PlannedSet];
  readonly indices: number;
  /** See DeepExchange. */
  readonly exchange: number;
  readonly exchangeNumbers: number;
};

const affineLayers = ({ hidden, final }: Network): Affine[] => [...hidden, final];

class Planner {
  readonly #problem: DeepProblem;
  readonly #layout: Layout;
  readonly #bytes: 4 | 8;
  readonly #threads: number;
  readonly #layers: readonly PlannedLayer[];

  constructor(problem: DeepProblem, layout: Layout, bytesPerValue: 4 | 8, threads: number) {
    this.#problem = problem;
    this.#layout = layout;
    this.#bytes = bytesPerValue;
    this.#threads = threads;
    this.#layers = this.#planLayers();
  }

  plan(precision: Precision): DeepPlan {
    const { rule, trainingSet, evaluationSet, evaluationBatch, batchSize } = this.#problem;
    const trainMetrics = Math.min(trainMetricRows, trainingSet.rows, evaluationBatch);
    return {
      precision,
      bytesPerValue: this.#bytes,
      threads: this.#threads,
      crossEntropy: rule.crossEntropy,
      normalizeStudent: rule.normalizeStudent,
      frozenLayers: rule.frozenLayers,
      layers: this.#layers,
      targetStride: this.#targetStride,
      teacherStrides: this.#teacherStrides,
      shards: Array.from({ length: this.#threads }, () => this.#planShard()),
      sets: [
        this.#planSet(trainingSet.rows, trainMetrics, trainMetrics),
        this.#planSet(evaluationSet.rows, evaluationSet.rows, evaluationBatch),
      ],
      indices: this.#layout.take(batchSize * intBytes),
      exchange: this.#layout.take(exchangeWords * intBytes),
      exchangeNumbers: this.#layout.take(jobNumbers * doubleBytes),
    };
  }

  #planLayers(): PlannedLayer[] {
    const { student, rule } = this.#problem;
    const momentum = rule.optimizer.method === 'sgd' && rule.optimizer.momentum !== 0;
    const moments = rule.optimizer.method === 'adam' ? 2 : momentum ? 1 : 0;
    let inputStride = roundUp(this.#problem.trainingSet.columns + 1, nodeStep) * this.#bytes;
    return affineLayers(student).map(({ weight, bias }, l) => {
      const [inputs, units, isHead] = [weight.columns, weight.rows, l === student.hidden.length];
      const inputUnits = roundUp(inputs + 1, nodeStep);
      const step = isHead ? vectorBytes / this.#bytes : nodeStep;
      const columns = paddedColumns(isHead ? units : units + 1, step, inputUnits, this.#bytes);
      const stride = columns * this.#bytes;
      const size = inputUnits * stride;
      const layer: PlannedLayer = {
        inputs,
        units,
        hasBias: bias !== null,
        inputUnits,
        inputStride,
        stride,
        weights: this.#layout.take(size),
        first: moments > 0 ? this.#layout.take(size) : 0,
        second: moments > 1 ? this.#layout.take(size) : 0,
        deltas: this.#layout.take(size * this.#threads),
        deltaStep: size,
      };
      inputStride = stride;
      return layer;
    });
  }

  get #targetStride(): number {
    return this.#problem.rule.crossEntropy ? vectorBytes : this.#layers[this.#layers.length - 1].stride;
  }

  get #teacherStrides(): number[] {
    return this.#problem.activeNodes.map((nodes) => roundUp(nodes.length + 1, nodeStep) * this.#bytes);
  }

  #planShard(): PlannedShard {
    const layout = this.#layout;
    const widest = Math.max(...this.#layers.map(({ stride }) => stride));
    const deepest = Math.max(...this.#layers.map(({ inputUnits }) => inputUnits));
    const outputs = this.#layers[this.#layers.length - 1].units;
    return {
      inputs: layout.take(blockRows * this.#layers[0].inputStride),
      targets: layout.take(blockRows * this.#targetStride),
      activations: this.#layers.map(({ stride }) => layout.take(blockRows * stride)),
      gradients: [layout.take(blockRows * widest), layout.take(blockRows * widest)],
      scratch: layout.take(roundUp(outputs, 2) * doubleBytes),
      panel: layout.take(Math.max(bandBytes, deepest * panelRowBytes)),
      loss: layout.take(doubleBytes),
      norms: layout.take(this.#layers.length * 2 * doubleBytes),
      hits: layout.take(ranks * intBytes),
      sums: this.#teacherStrides.map((teacherStride, l) => this.#planSums(teacherStride, l)),
    };
  }

  #planSums(teacherStride: number, layer: number): PlannedSums {
    const columns = this.#layers[layer].stride / this.#bytes;
    const entries = (teacherStride / this.#bytes) * columns;
    return {
      products: this.#layout.take(entries * doubleBytes),
      partial: this.#bytes === 4 ? this.#layout.take(entries * this.#bytes) : 0,
      activity: this.#layout.take(columns * this.#bytes),
      counts: this.#layout.take(entries * intBytes),
      squares: this.#layout.take(columns * doubleBytes),
    };
  }

  /** `teacherRows`: rows whose teacher units are kept, in batches of `batch` whose activity is packed apart. */
  #planSet(rows: number, teacherRows: number, batch: number): PlannedSet {
    const groups = Math.ceil(teacherRows / batch) * Math.ceil(batch / activityRows);
    const strides = this.#teacherStrides;
    return {
      rows,
      inputs: this.#layout.take(rows * this.#layers[0].inputStride),
      targets: this.#layout.take(rows * this.#targetStride),
      teacher: {
        rows: teacherRows,
        units: strides.map((stride) => this.#layout.take(teacherRows * stride)),
        activity: strides.map((stride) => this.#layout.take(groups * stride)),
      },
    };
  }
}

/** Lays out a problem for this many threads. */
export const planDeep = (
  problem: DeepProblem,
  precision: Precision,
  threads: number,
): { readonly plan: DeepPlan; readonly pages: number } => {
  const layout = new Layout();
  const plan = new Planner(problem, layout, precision === 'float32' ? 4 : 8, threads).plan(precision);
  return { plan, pages: layout.pages };
};
