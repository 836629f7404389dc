import { argMax, forward, type Matrix, type Network, takeColumns } from '../../net/index.js';
import type { DeepKernels } from './deep-kernel-module.js';
import type { DeepPlan, PlannedSet } from './deep-layout.js';
import type { DeepMemory } from './deep-memory.js';
import type { DeepProblem } from './program-problems.js';
import { activityRows } from './wasm-layout.js';

/** Rows that the teacher sees at once. */
const chunkRows = 256;

/** Rows of a data set that are evaluated as one: all of a batch, or as many as there is room for teacher units. */
export type Stretch = {
  readonly first: number;
  readonly rows: number;
  /** Where its teacher units lie, and the first group of their activity. */
  readonly teacherRow: number;
  readonly teacherGroup: number;
};

/** Sums over the rows of the centred teacher units as stored, by hidden layer. */
export type TeacherSums = { readonly sums: Float64Array; readonly squares: Float64Array };

const rowRange = ({ columns, data }: Matrix, first: number, rows: number): Matrix => ({
  rows,
  columns,
  data: data.subarray(first * columns, (first + rows) * columns),
});

/** Both data sets in the engine's memory, with what the teacher says of them; its arithmetic is plain double precision. */
export class DeepData {
  readonly #teacher: Network;
  readonly #problem: DeepProblem;
  readonly #plan: DeepPlan;
  readonly #memory: DeepMemory;
  readonly #kernels: DeepKernels;
  #trainingSet: Matrix;
  /** Means over the evaluation set that teacher units are centred by, in both sets. */
  readonly #centres: readonly Float64Array[];
  readonly #evaluationSums: readonly TeacherSums[];

  constructor(problem: DeepProblem, plan: DeepPlan, memory: DeepMemory, kernels: DeepKernels) {
    this.#teacher = problem.teacher;
    this.#problem = problem;
    this.#plan = plan;
    this.#memory = memory;
    this.#kernels = kernels;
    this.#trainingSet = problem.trainingSet;
    this.#centres = problem.activeNodes.map((nodes) => new Float64Array(nodes.length));
    this.#loadInputs(plan.sets[0], problem.trainingSet);
    this.#loadInputs(plan.sets[1], problem.evaluationSet);
    this.#addMeans(problem.evaluationSet, this.#centres);
    this.#evaluationSums = this.#loadEvaluationUnits();
  }

  setTrainingSet(trainingSet: Matrix): void {
    this.#trainingSet = trainingSet;
    this.#loadInputs(this.#plan.sets[0], trainingSet);
  }

  inputsOf(set: 'train' | 'eval'): Matrix {
    return set === 'train' ? this.#trainingSet : this.#problem.evaluationSet;
  }

  /** Calls back with every stretch of a set and its evaluation batch's number of rows, their teacher units in memory. */
  forEachStretch(
    set: 'train' | 'eval',
    visit: (stretch: Stretch, batchRows: number) => void,
  ): readonly TeacherSums[] {
    const { rows } = this.inputsOf(set);
    const { evaluationBatch } = this.#problem;
    const sums = set === 'eval' ? this.#evaluationSums : this.#emptySums();
    for (let first = 0; first < rows; first += evaluationBatch) {
      const batchRows = Math.min(evaluationBatch, rows - first);
      if (set === 'eval') visit(this.#keptStretch(first, batchRows), batchRows);
      else this.#forEachLoaded(first, batchRows, sums, (stretch) => visit(stretch, batchRows));
    }
    return sums;
  }

  /** Where a batch of the evaluation set has its teacher units. */
  #keptStretch(first: number, rows: number): Stretch {
    const { evaluationBatch } = this.#problem;
    const groups = Math.ceil(evaluationBatch / activityRows);
    return { first, rows, teacherRow: first, teacherGroup: (first / evaluationBatch) * groups };
  }

  /** Loads the teacher units of a batch of the training set, as many rows at a time as there is room for. */
  #forEachLoaded(
    first: number,
    rows: number,
    sums: readonly TeacherSums[],
    visit: (stretch: Stretch) => void,
  ): void {
    const room = this.#plan.sets[0].teacher.rows;
    for (let from = 0; from < rows; from += room) {
      const stretch = {
        first: first + from,
        rows: Math.min(room, rows - from),
        teacherRow: 0,
        teacherGroup: 0,
      };
      this.#loadUnits(this.#plan.sets[0], this.#trainingSet, stretch, sums);
      visit(stretch);
    }
  }

  #emptySums(): TeacherSums[] {
    return this.#centres.map(({ length }) => ({
      sums: new Float64Array(length),
      squares: new Float64Array(length),
    }));
  }

  #loadEvaluationUnits(): TeacherSums[] {
    const { evaluationSet, evaluationBatch } = this.#problem;
    const sums = this.#emptySums();
    for (let first = 0; first < evaluationSet.rows; first += evaluationBatch) {
      const rows = Math.min(evaluationBatch, evaluationSet.rows - first);
      this.#loadUnits(this.#plan.sets[1], evaluationSet, this.#keptStretch(first, rows), sums);
    }
    return sums;
  }

  /** Calls back with chunks of rows, the units of the teacher's active nodes by layer, and its outputs. */
  #forEachChunk(x: Matrix, visit: (first: number, units: readonly Matrix[], output: Matrix) => void): void {
    for (let first = 0; first < x.rows; first += chunkRows) {
      const chunk = rowRange(x, first, Math.min(chunkRows, x.rows - first));
      const { layers, output } = forward(this.#teacher, chunk, this.#problem.grid, false);
      const units = this.#problem.activeNodes.map((nodes, l) => takeColumns(layers[l].output, nodes));
      visit(first, units, output);
    }
  }

  #loadInputs({ inputs, targets }: PlannedSet, x: Matrix): void {
    const { layers, targetStride, bytesPerValue } = this.#plan;
    const [{ inputStride, hasBias }] = layers;
    this.#memory.writeRows(inputs, inputStride, x);
    this.#memory.fillColumn(inputs + x.columns * bytesPerValue, inputStride, x.rows, hasBias ? 1 : 0);
    this.#forEachChunk(x, (first, _, output) =>
      this.#memory.writeRows(targets + first * targetStride, targetStride, this.#targetsOf(output)),
    );
  }

  /** What the losses compare with: the teacher's outputs, or its classes. */
  #targetsOf(output: Matrix): Matrix {
    if (!this.#plan.crossEntropy) return output;
    const classes = Float64Array.from({ length: output.rows }, (_, i) => argMax(rowRange(output, i, 1).data));
    return { rows: output.rows, columns: 1, data: classes };
  }

  /** Adds the means of the teacher's units. Mutates `means`. */
  #addMeans(x: Matrix, means: readonly Float64Array[]): void {
    this.#forEachChunk(x, (_, units) => {
      for (const [l, { columns, data }] of units.entries())
        for (let i = 0; i < data.length; i++) means[l][i % columns] += data[i] / x.rows;
    });
  }

  /** Stores a stretch's teacher units, their activity packed, centred then. Mutates `sums`. */
  #loadUnits(set: PlannedSet, x: Matrix, stretch: Stretch, sums: readonly TeacherSums[]): void {
    const { teacherStrides } = this.#plan;
    const start = (l: number): number => set.teacher.units[l] + stretch.teacherRow * teacherStrides[l];
    this.#forEachChunk(rowRange(x, stretch.first, stretch.rows), (first, units) => {
      for (const [l, unit] of units.entries())
        this.#memory.writeRows(start(l) + first * teacherStrides[l], teacherStrides[l], unit);
    });
    for (const [l, stride] of teacherStrides.entries()) {
      const ones = start(l) + this.#centres[l].length * this.#plan.bytesPerValue;
      this.#memory.fillColumn(ones, stride, stretch.rows, 1);
      const activity = set.teacher.activity[l] + stretch.teacherGroup * stride;
      this.#kernels.packActivity(start(l), stretch.rows, stride, activity);
      this.#centre(start(l), stride, stretch.rows, this.#centres[l], sums[l]);
    }
  }

  /** Subtracts the centres and adds up what is then stored. Mutates `totals`. */
  #centre(start: number, stride: number, rows: number, centres: Float64Array, totals: TeacherSums): void {
    const step = stride / this.#plan.bytesPerValue;
    const values = this.#memory.values(start, rows * step);
    for (let i = 0; i < values.length; i += step)
      for (let j = 0; j < centres.length; j++) {
        values[i + j] -= centres[j];
        totals.sums[j] += values[i + j];
        totals.squares[j] += values[i + j] ** 2;
      }
  }
}
