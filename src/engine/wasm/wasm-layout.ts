import type { Problem } from '../../problem/index.js';
import type { Precision } from '../engine.js';

export const vectorBytes = 16;
/** Every array starts on a cache line. */
const alignment = 64;
export const pageBytes = 65_536;
/** Rows whose activity the kernels pack into a word. */
export const activityRows = 32;
/** Rows that the kernels work on at once: their activations stay in the second-level cache. */
export const blockRows = 2 * activityRows;
/** Rows a multiple of this apart fall on few sets of a first-level cache, whose size is the second figure. */
const conflictBytes = 256;
const cacheBytes = 32_768;
/** Steps whose row indices fit the buffer for them. */
export const indexChunkSteps = 256;

export const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Padded shape of everything, in elements. */
export type Shape = {
  readonly d: number;
  readonly m: number;
  readonly n: number;
  readonly c: number;
  readonly inputUnits: number;
  readonly hiddenUnits: number;
  readonly outputUnits: number;
  readonly teacherUnits: number;
  readonly bytesPerValue: 4 | 8;
};

/** Columns of a matrix as stored, with one step more where its rows would push each other out of the cache. */
export const paddedColumns = (columns: number, step: number, rows: number, bytesPerValue: 4 | 8): number => {
  const units = roundUp(columns, step);
  const stride = units * bytesPerValue;
  return stride % conflictBytes === 0 && rows * stride > cacheBytes ? units + step : units;
};

export const shapeOf = ({ teacher, student }: Problem, precision: Precision): Shape => {
  const bytesPerValue = precision === 'float32' ? 4 : 8;
  const d = student.hidden[0].weight.columns;
  const [m, n] = [teacher, student].map(({ hidden }) => hidden[0].weight.rows);
  const c = student.final.weight.rows;
  const padded = (columns: number, step: number, rows: number): number =>
    paddedColumns(columns, step, rows, bytesPerValue);
  return {
    d,
    m,
    n,
    c,
    inputUnits: roundUp(d + 1, 4),
    hiddenUnits: padded(n + 1, 4, d + 1),
    outputUnits: padded(c, vectorBytes / bytesPerValue, n + 1),
    teacherUnits: roundUp(m + 1, 4),
    bytesPerValue,
  };
};

/** Hands out byte ranges of a memory that does not exist yet, one after the other. */
export class Layout {
  /** The first bytes stay free, so that no pointer equals the kernels' small `source` values. */
  #end = 1024;

  take(bytes: number): number {
    const start = this.#end;
    this.#end = roundUp(start + bytes, alignment);
    return start;
  }

  get pages(): number {
    return Math.ceil(this.#end / pageBytes);
  }
}

export type DataSet = {
  readonly rows: number;
  /** [rows x inputUnits], [rows x outputUnits] */
  readonly inputs: number;
  readonly targets: number;
  /** Centred teacher units and a column of ones. [rows x teacherUnits] */
  readonly teacher: number;
  /** One bit a row. [groups of rows x teacherUnits] */
  readonly teacherActivity: number;
  /** Sum and sum of squares of each centred teacher unit as stored. [m] */
  readonly teacherSums: Float64Array;
  readonly teacherSquares: Float64Array;
};

const layDataSet = (layout: Layout, rows: number, shape: Shape): DataSet => {
  const take = (count: number, columns: number): number => layout.take(count * columns * shape.bytesPerValue);
  return {
    rows,
    inputs: take(rows, shape.inputUnits),
    targets: take(rows, shape.outputUnits),
    teacher: take(rows, shape.teacherUnits),
    teacherActivity: take(Math.ceil(rows / activityRows), shape.teacherUnits),
    teacherSums: new Float64Array(shape.m),
    teacherSquares: new Float64Array(shape.m),
  };
};

export type Places = {
  readonly w1: number;
  readonly w2: number;
  readonly samplerState: number;
  readonly indices: number;
  readonly products: number;
  readonly counts: number;
  readonly squares: number;
  readonly train: DataSet;
  readonly evaluation: DataSet;
  /** What the kernels use and this side never looks at. */
  readonly buffers: Readonly<
    Record<
      | 'delta1'
      | 'delta2'
      | 'blockIndices'
      | 'blockInputs'
      | 'blockTargets'
      | 'hidden'
      | 'residual'
      | 'nodeGradient'
      | 'blockProducts'
      | 'activity',
      number
    >
  >;
};

export const layOut = (layout: Layout, shape: Shape, problem: Problem): Places => {
  const { inputUnits, hiddenUnits, outputUnits, teacherUnits, bytesPerValue } = shape;
  const take = (rows: number, columns: number): number => layout.take(rows * columns * bytesPerValue);
  const batch = problem.batchSize ?? problem.trainingSet.rows;
  return {
    w1: take(inputUnits, hiddenUnits),
    w2: take(hiddenUnits, outputUnits),
    buffers: {
      delta1: take(inputUnits, hiddenUnits),
      delta2: take(hiddenUnits, outputUnits),
      blockIndices: layout.take(blockRows * Int32Array.BYTES_PER_ELEMENT),
      blockInputs: take(blockRows, inputUnits),
      blockTargets: take(blockRows, outputUnits),
      hidden: take(blockRows, hiddenUnits),
      residual: take(blockRows, outputUnits),
      nodeGradient: take(blockRows, hiddenUnits),
      blockProducts: take(teacherUnits, hiddenUnits),
      activity: take(1, hiddenUnits),
    },
    samplerState: layout.take(4 * Uint32Array.BYTES_PER_ELEMENT),
    indices: layout.take(indexChunkSteps * batch * Int32Array.BYTES_PER_ELEMENT),
    products: layout.take(teacherUnits * hiddenUnits * Float64Array.BYTES_PER_ELEMENT),
    counts: layout.take(teacherUnits * hiddenUnits * Int32Array.BYTES_PER_ELEMENT),
    squares: layout.take(hiddenUnits * Float64Array.BYTES_PER_ELEMENT),
    train: layDataSet(layout, problem.trainingSet.rows, shape),
    evaluation: layDataSet(layout, problem.evaluationSet.rows, shape),
  };
};
