import { argMax, type Matrix } from '../../net/index.js';
import type { Problem, TrainingSamples } from '../../problem/index.js';
import { interleave } from './memory/interleave.js';
import { lineBytes, perPanel } from './memory/memory-layout.js';
import {
  batchPitch,
  groupRows,
  type Plan,
  type PlannedSet,
  type PlannedTeacher,
} from './memory/memory-plan.js';
import type { PanelMemory } from './memory/panel-memory.js';
import type { NetworkPass, UnitBlock } from './network-pass.js';

/** What the data sets are made of. `evaluationBatch`: samples whose losses are averaged first. */
export type Samples = TrainingSamples &
  Pick<Problem, 'evaluationSet' | 'activeNodes'> & {
    readonly evaluationBatch: number;
  };

/** Rows of a data set that are evaluated as one, all of a batch or a part of it. */
export type Stretch = {
  readonly first: number;
  readonly rows: number;
  readonly batchRows: number;
  /** Where its teacher units begin, a multiple of `groupRows`. */
  readonly teacherRow: number;
};

/** Sums over rows and positions of the centred teacher units as stored, by hidden layer. */
export type TeacherSums = { readonly sums: Float64Array; readonly squares: Float64Array };

const rowRange = ({ columns, data }: Matrix, first: number, rows: number): Matrix => ({
  rows,
  columns,
  data: data.subarray(first * columns, (first + rows) * columns),
});

/** Mutates the first. */
const addRows = ({ data }: Matrix, added: Matrix): void => {
  for (let i = 0; i < data.length; i++) data[i] += added.data[i];
};

/** Both data sets in the kernels' memory, with what the teacher says of them. */
export class DataSets {
  readonly #samples: Samples;
  readonly #plan: Plan;
  readonly #memory: PanelMemory;
  readonly #teacher: NetworkPass;
  #trainingSet: Matrix;
  /** Means over the evaluation set that teacher units are centred by, in both sets. */
  readonly #centres: readonly Float64Array[];
  readonly #evaluationSums: readonly TeacherSums[];
  /** Null until an evaluation asks for them, and where not all rows' teacher units are kept. */
  #trainingSums: readonly TeacherSums[] | null = null;

  constructor(samples: Samples, plan: Plan, memory: PanelMemory, teacher: NetworkPass) {
    this.#samples = samples;
    this.#plan = plan;
    this.#memory = memory;
    this.#teacher = teacher;
    this.#trainingSet = samples.trainingSet;
    this.#centres = samples.activeNodes.map((nodes) => new Float64Array(nodes.length));
    this.#loadInputs(plan.sets[0], samples.trainingSet, samples.outputNoise);
    this.#loadInputs(plan.sets[1], samples.evaluationSet, null);
    this.#addMeans(samples.evaluationSet);
    this.#evaluationSums = this.#loadWholeSet(plan.sets[1], samples.evaluationSet);
  }

  setTrainingSet({ trainingSet, outputNoise }: TrainingSamples): void {
    this.#trainingSet = trainingSet;
    this.#trainingSums = null;
    this.#loadInputs(this.#plan.sets[0], trainingSet, outputNoise);
  }

  inputsOf(set: 'train' | 'eval'): Matrix {
    return set === 'train' ? this.#trainingSet : this.#samples.evaluationSet;
  }

  /** Evaluation batches of a set: first row and rows of each. */
  batches(set: 'train' | 'eval', most = Number.POSITIVE_INFINITY): readonly Stretch[] {
    const { evaluationBatch } = this.#samples;
    const rows = Math.min(most, this.inputsOf(set).rows);
    return Array.from({ length: Math.ceil(rows / evaluationBatch) }, (_, i) => {
      const count = Math.min(evaluationBatch, rows - i * evaluationBatch);
      const teacherRow = i * batchPitch(evaluationBatch);
      return { first: i * evaluationBatch, rows: count, batchRows: count, teacherRow };
    });
  }

  /** Calls back with every stretch of a set, its teacher units in memory. */
  forEachStretch(set: 'train' | 'eval', visit: (stretch: Stretch) => void): readonly TeacherSums[] {
    const sums = set === 'eval' ? this.#evaluationSums : this.#keptTrainingSums();
    if (sums) {
      for (const batch of this.batches(set)) visit(batch);
      return sums;
    }
    const added = this.#emptySums();
    for (const batch of this.batches(set)) this.#forEachLoaded(batch, added, visit);
    return added;
  }

  /** Sums of a training set whose teacher units are all in memory, loaded when first asked for; null for a larger one. */
  #keptTrainingSums(): readonly TeacherSums[] | null {
    const [set] = this.#plan.sets;
    const { evaluationBatch } = this.#samples;
    const needed = Math.ceil(set.rows / evaluationBatch) * batchPitch(evaluationBatch);
    if (set.teacher.rows < needed) return null;
    this.#trainingSums ??= this.#loadWholeSet(set, this.#trainingSet);
    return this.#trainingSums;
  }

  /** Loads the teacher units of a batch of the training set, as many rows at a time as there is room for. */
  #forEachLoaded(batch: Stretch, sums: readonly TeacherSums[], visit: (stretch: Stretch) => void): void {
    const [set] = this.#plan.sets;
    const room = set.teacher.rows;
    for (let from = 0; from < batch.rows; from += room) {
      const rows = Math.min(room, batch.rows - from);
      const stretch = { first: batch.first + from, rows, batchRows: batch.rows, teacherRow: 0 };
      this.#loadUnits(set, this.#trainingSet, stretch, sums);
      visit(stretch);
    }
  }

  #emptySums(): TeacherSums[] {
    return this.#centres.map(({ length }) => ({
      sums: new Float64Array(length),
      squares: new Float64Array(length),
    }));
  }

  #loadWholeSet(set: PlannedSet, x: Matrix): TeacherSums[] {
    const sums = this.#emptySums();
    for (const batch of this.batches(set === this.#plan.sets[0] ? 'train' : 'eval'))
      this.#loadUnits(set, x, batch, sums);
    return sums;
  }

  #loadInputs(set: PlannedSet, x: Matrix, noise: Matrix | null): void {
    const { layers, inputStride } = this.#plan;
    const rows = this.#memory.values(set.inputs, (x.rows * inputStride) / this.#bytes);
    const step = inputStride / this.#bytes;
    for (let r = 0; r < x.rows; r++) {
      rows.set(interleave(rowRange(x, r, 1).data, layers[0].reads.channels), r * step);
      rows[r * step + x.columns] = layers[0].hasBias ? 1 : 0;
    }
    this.#teacher.forEachBlock(x, [], (first, { output }) => {
      if (noise) addRows(output, rowRange(noise, first, output.rows));
      this.#writeTargets(set, first, output);
    });
  }

  /** Stores what the losses compare with: the teacher's outputs, or its classes. */
  #writeTargets(set: PlannedSet, first: number, output: Matrix): void {
    const { targetStride, task } = this.#plan;
    if (task.loss === 'cross-entropy') {
      const classes = this.#memory.integers(set.targets + first * targetStride, output.rows);
      for (let r = 0; r < output.rows; r++) classes[r] = argMax(rowRange(output, r, 1).data);
      return;
    }
    const step = targetStride / this.#bytes;
    const rows = this.#memory.values(set.targets + first * targetStride, output.rows * step);
    for (let r = 0; r < output.rows; r++) rows.set(rowRange(output, r, 1).data, r * step);
  }

  /** Adds the means of the teacher's units. Mutates the centres. */
  #addMeans(x: Matrix): void {
    this.#teacher.forEachBlock(x, this.#samples.activeNodes, (_, { units }) => {
      for (const [l, { columns, data }] of units.entries())
        for (let i = 0; i < data.length; i++)
          this.#centres[l][i % columns] += data[i] / (x.rows * this.#positions(l));
    });
  }

  /** Stores a stretch's teacher units, centred, and their activity. Mutates `sums`. */
  #loadUnits(set: PlannedSet, x: Matrix, stretch: Stretch, sums: readonly TeacherSums[]): void {
    const { first, rows, teacherRow } = stretch;
    this.#teacher.forEachBlock(rowRange(x, first, rows), this.#samples.activeNodes, (from, block) =>
      this.#storeBlock(set, teacherRow + from, block, sums),
    );
  }

  #storeBlock(set: PlannedSet, row: number, { units }: UnitBlock, sums: readonly TeacherSums[]): void {
    for (const [l, unit] of units.entries()) {
      this.#storeActivity(set.teacher, l, row, unit);
      this.#storeCentred(set.teacher, l, row, unit, sums[l]);
    }
  }

  /**
   * A word for each position, unit and the constant one, [groups x positions x units + 1], the group's first sample in its
   * lowest bit.
   */
  #storeActivity(
    { activity }: PlannedTeacher,
    layer: number,
    row: number,
    { rows, columns, data }: Matrix,
  ): void {
    const positions = this.#positions(layer);
    const lines = positions * (columns + 1);
    const groups = Math.ceil(rows / positions / groupRows);
    const start = activity[layer] + (row / groupRows) * lines * Int32Array.BYTES_PER_ELEMENT;
    const words = this.#memory.integers(start, groups * lines).fill(0);
    for (let r = 0; r < rows; r++) {
      const sample = Math.floor(r / positions);
      const first = Math.floor(sample / groupRows) * lines + (r % positions) * (columns + 1);
      const bit = 1 << (sample % groupRows);
      for (let j = 0; j < columns; j++) if (data[r * columns + j] > 0) words[first + j] |= bit;
      words[first + columns] |= bit;
    }
  }

  /** Units less their centres and a row of ones, [positions * (units + 1) x samples] in panels. Mutates `totals`. */
  #storeCentred(
    { units }: PlannedTeacher,
    layer: number,
    row: number,
    { rows, columns, data }: Matrix,
    totals: TeacherSums,
  ): void {
    const per = perPanel(this.#plan.precision);
    const positions = this.#positions(layer);
    const centres = this.#centres[layer];
    for (let r = 0; r < rows; r++) {
      const sample = row + Math.floor(r / positions);
      const line = (Math.floor(sample / per) * positions + (r % positions)) * (columns + 1);
      const lines = this.#memory.values(units[layer] + line * lineBytes, (columns + 1) * per);
      const lane = sample % per;
      for (let j = 0; j < columns; j++) {
        lines[j * per + lane] = data[r * columns + j] - centres[j];
        const stored = lines[j * per + lane];
        totals.sums[j] += stored;
        totals.squares[j] += stored * stored;
      }
      lines[columns * per + lane] = 1;
    }
  }

  #positions(layer: number): number {
    return this.#plan.layers[layer].positions;
  }

  get #bytes(): number {
    return lineBytes / perPanel(this.#plan.precision);
  }
}
