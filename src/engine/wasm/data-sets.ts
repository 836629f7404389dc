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
import type { NetworkPass } from './network-pass.js';

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
    this.#loadTrainingSet(samples);
    this.#evaluationSums = this.#loadEvaluationSet();
  }

  setTrainingSet(samples: TrainingSamples): void {
    this.#trainingSet = samples.trainingSet;
    this.#trainingSums = null;
    this.#loadTrainingSet(samples);
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
    if (this.#trainingSums) return this.#trainingSums;
    const sums = this.#emptySums();
    for (const batch of this.batches('train')) this.#loadUnits(batch, sums);
    this.#trainingSums = sums;
    return sums;
  }

  /** Loads the teacher units of a batch of the training set, as many rows at a time as there is room for. */
  #forEachLoaded(batch: Stretch, sums: readonly TeacherSums[], visit: (stretch: Stretch) => void): void {
    const [set] = this.#plan.sets;
    const room = set.teacher.rows;
    for (let from = 0; from < batch.rows; from += room) {
      const rows = Math.min(room, batch.rows - from);
      const stretch = { first: batch.first + from, rows, batchRows: batch.rows, teacherRow: 0 };
      this.#loadUnits(stretch, sums);
      visit(stretch);
    }
  }

  #emptySums(): TeacherSums[] {
    return this.#centres.map(({ length }) => ({
      sums: new Float64Array(length),
      squares: new Float64Array(length),
    }));
  }

  #loadTrainingSet({ trainingSet, outputNoise }: TrainingSamples): void {
    const [set] = this.#plan.sets;
    this.#writeInputs(set, trainingSet);
    this.#teacher.forEachBlock(trainingSet, [], (first, { output }) => {
      const targets = output();
      if (outputNoise) addRows(targets, rowRange(outputNoise, first, targets.rows));
      this.#writeTargets(set, first, targets);
    });
  }

  /** In one pass, whose units are kept until their means are known. */
  #loadEvaluationSet(): TeacherSums[] {
    const [, set] = this.#plan.sets;
    const { evaluationSet: x, activeNodes } = this.#samples;
    this.#writeInputs(set, x);
    const kept: { readonly row: number; readonly units: readonly Matrix[] }[] = [];
    for (const { first, rows, teacherRow } of this.batches('eval'))
      this.#teacher.forEachBlock(rowRange(x, first, rows), activeNodes, (from, block) => {
        const units = block.units();
        this.#writeTargets(set, first + from, block.output());
        this.#addMeans(units);
        kept.push({ row: teacherRow + from, units });
      });
    const sums = this.#emptySums();
    for (const { row, units } of kept) this.#storeUnits(set, row, units, sums);
    return sums;
  }

  #writeInputs(set: PlannedSet, x: Matrix): void {
    const { layers, inputStride } = this.#plan;
    const rows = this.#memory.values(set.inputs, (x.rows * inputStride) / this.#bytes);
    const step = inputStride / this.#bytes;
    for (let r = 0; r < x.rows; r++) {
      rows.set(interleave(rowRange(x, r, 1).data, layers[0].reads.channels), r * step);
      rows[r * step + x.columns] = layers[0].hasBias ? 1 : 0;
    }
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

  /** Adds a block of the evaluation set to the means of the teacher's units. Mutates the centres. */
  #addMeans(units: readonly Matrix[]): void {
    for (const [l, { columns, data }] of units.entries()) {
      const centres = this.#centres[l];
      const count = this.#samples.evaluationSet.rows * this.#positions(l);
      for (let row = 0; row < data.length; row += columns)
        for (let j = 0; j < columns; j++) centres[j] += data[row + j] / count;
    }
  }

  /** Stores a stretch's teacher units of the training set. Mutates `sums`. */
  #loadUnits({ first, rows, teacherRow }: Stretch, sums: readonly TeacherSums[]): void {
    const x = rowRange(this.#trainingSet, first, rows);
    this.#teacher.forEachBlock(x, this.#samples.activeNodes, (from, { units }) =>
      this.#storeUnits(this.#plan.sets[0], teacherRow + from, units(), sums),
    );
  }

  /** Stores teacher units, centred, and their activity. Mutates `sums`. */
  #storeUnits(set: PlannedSet, row: number, units: readonly Matrix[], sums: readonly TeacherSums[]): void {
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
