import type { Precision } from '../../engine.js';
import {
  activations,
  type Image,
  layerKinds,
  optimizers,
  type Task,
  type TaskLayer,
  type TaskNorm,
} from '../task.js';
import {
  bytesOf,
  lineBytes,
  MemoryLayout,
  type Place,
  perPanel,
  roundUp,
  rowStride,
} from './memory-layout.js';
import { dataSetFields, layerFields, networkFields, normFields, recordBytes } from './records.js';

const doubleBytes = Float64Array.BYTES_PER_ELEMENT;
const intBytes = Int32Array.BYTES_PER_ELEMENT;

/** Samples that are worked on at once: as deep as a tile's sums go in one pass. */
const blockRows = 128;
/** Samples whose activity is one word. */
export const groupRows = 32;
/** First ranks that the label's place among the outputs is counted for. */
export const ranks = 5;
/** Indices that are handed over at once, where a batch is not larger. */
const listedIndices = 16_384;
/** Most threads that train together. */
export const mostThreads = 32;
/** Which line of the words that threads share tells helpers to end: src/engine/wasm/kernel/shared-phases.ts. */
export const endedLine = 3;
/** Those lines, the last of them one for each thread. */
const teamLines = endedLine + 1 + mostThreads;
/** Bytes of teacher units up to which those of a whole training set are kept; else so many rows of them. */
const keptTeacherBytes = 64e6;
const stretchRows = 1024;

/** What an evaluation adds up about one hidden layer, see src/engine/wasm/kernel/statistics.ts. */
export type PlannedSums = {
  /** Active teacher nodes and the constant one. */
  readonly rows: number;
  readonly panels: number;
  readonly products: number;
  readonly totals: number;
  readonly counts: number;
  readonly unitSquares: number;
  readonly activity: number;
};

/** Rows of a norm's matrices, see src/engine/wasm/kernel/layers/norm.ts. */
const normRows = 2;

/** Batch norm: pointers of matrices [2 x units] of one step. */
export type PlannedNorm = {
  readonly record: number;
  readonly affine: Place;
  readonly running: number;
  readonly current: number;
  readonly kept: number;
  /** 0 where the optimizer needs none. */
  readonly first: number;
  readonly second: number;
};

export type PlannedLayer = Omit<TaskLayer, 'norm' | 'reads'> & {
  readonly record: number;
  readonly weights: Place;
  readonly reads: Image & Place;
  readonly out: Place;
  /** What its norm or erf reads; its units where there is neither. */
  readonly raw: Place;
  readonly norm: (TaskNorm & PlannedNorm) | null;
  readonly gradient: Place;
  readonly turned: Place;
  /** Pointers of what is shaped like the weights; 0 where the rule needs none. */
  readonly kept: number;
  readonly first: number;
  readonly second: number;
  readonly squares: number;
  readonly carriesGradient: boolean;
  /** Panels of its units. */
  readonly panels: number;
  /** Null for the head and where there is no teacher. */
  readonly sums: PlannedSums | null;
};

/** Teacher units of a stretch of rows, by hidden layer: pointers to [units + 1 x rows] and to words of their activity. */
export type PlannedTeacher = {
  /** Rows that there is room for, batches of the evaluation apart. */
  readonly rows: number;
  readonly units: readonly number[];
  readonly activity: readonly number[];
};

export type PlannedSet = {
  readonly record: number;
  readonly rows: number;
  readonly inputs: number;
  readonly targets: number;
  readonly teacher: PlannedTeacher;
};

/** Where everything lies; plain data. */
export type Plan = {
  readonly precision: Precision;
  readonly task: Task;
  readonly network: number;
  readonly layers: readonly PlannedLayer[];
  /** Samples of a block, whole groups; and its panels. */
  readonly block: number;
  readonly blockPanels: number;
  readonly inputStride: number;
  readonly targetStride: number;
  readonly sampler: number;
  /** The list of the block, and the one that a call hands over. */
  readonly list: number;
  readonly indices: number;
  readonly indexCount: number;
  readonly targets: Place;
  readonly losses: number;
  readonly hits: number;
  readonly team: number;
  readonly sets: readonly [train: PlannedSet, evaluation: PlannedSet];
};

/** Rows of both data sets, and of the batches that an evaluation averages. */
export type SetSizes = {
  readonly train: number;
  readonly evaluation: number;
  readonly evaluationBatch: number;
};

/** Rows of what a layer reads, the constant one aside. */
export const rowsOf = ({ channels, positions }: Image): number => channels * positions;

/** Rows from a batch's teacher units to the next's: their activity starts with a new word. */
export const batchPitch = (evaluationBatch: number): number => roundUp(evaluationBatch, groupRows);

/** Units of a block of images at most, where the block has more than a group. */
const blockUnits = 8e6;

/**
 * Samples that a task works on at once. Images are no more than a step has, nor than memory allows; batch norm needs a
 * step's whole batch.
 */
const blockOf = ({ layers, batch }: Task): number => {
  const whole = roundUp(batch, groupRows);
  const units = layers.reduce((sum, layer) => sum + layer.units * layer.positions, 0);
  const roomy = Math.max(1, Math.floor(blockUnits / units / groupRows)) * groupRows;
  const convolves = layers.some(({ kind }) => kind === layerKinds.convolution);
  const rows = convolves ? Math.min(blockRows, whole, roomy) : blockRows;
  return layers.some(({ norm }) => norm) ? Math.max(rows, whole) : rows;
};

class Planner {
  readonly #task: Task;
  readonly #precision: Precision;
  readonly #layout: MemoryLayout;
  readonly #bytes: 4 | 8;
  readonly #block: number;

  constructor(task: Task, precision: Precision, layout: MemoryLayout) {
    this.#task = task;
    this.#precision = precision;
    this.#layout = layout;
    this.#bytes = bytesOf(precision);
    this.#block = blockOf(task);
  }

  plan({ train, evaluation, evaluationBatch }: SetSizes): Plan {
    const { layers, batch } = this.#task;
    const pitch = batchPitch(evaluationBatch);
    const batches = (rows: number): number => Math.ceil(rows / evaluationBatch) * pitch;
    const keeps = batches(train) * this.#teacherRowBytes <= keptTeacherBytes;
    const outputs = layers[layers.length - 1].units;
    const indexCount = Math.max(batch, Math.floor(listedIndices / batch) * batch);
    const panels = this.#block / perPanel(this.#precision);
    return {
      precision: this.#precision,
      task: this.#task,
      network: this.#layout.take(recordBytes(networkFields)),
      layers: this.#planLayers(),
      block: this.#block,
      blockPanels: panels,
      inputStride: rowStride(rowsOf(layers[0].reads) + 1, this.#precision),
      targetStride: this.#targetStride(outputs),
      sampler: this.#layout.take(4 * intBytes),
      list: this.#layout.take(this.#block * intBytes),
      indices: this.#layout.take(indexCount * intBytes),
      indexCount,
      targets: this.#layout.takeMatrix(outputs, this.#block),
      losses: this.#layout.take(panels * 2 * lineBytes),
      hits: this.#layout.take(panels * ranks * intBytes),
      team: this.#layout.take(teamLines * lineBytes),
      sets: [
        this.#planSet(train, keeps ? batches(train) : Math.min(stretchRows, pitch)),
        this.#planSet(evaluation, batches(evaluation)),
      ],
    };
  }

  get #teacherRowBytes(): number {
    return this.#task.teacherUnits.reduce(
      (sum, units, l) => sum + this.#positions(l) * (units + 1) * this.#bytes,
      0,
    );
  }

  #targetStride(outputs: number): number {
    return this.#task.loss === 'cross-entropy' ? intBytes : rowStride(outputs, this.#precision);
  }

  #planLayers(): PlannedLayer[] {
    const { layers } = this.#task;
    const lowest = layers.findIndex(({ frozen }) => !frozen);
    const records = this.#layout.take(layers.length * recordBytes(layerFields));
    let below = this.#takeBlock(rowsOf(layers[0].reads) + 1);
    return layers.map((layer, l) => {
      const isHead = l === layers.length - 1;
      const { inputs, units, positions } = layer;
      const out = this.#takeBlock(positions * units + (isHead ? 0 : 1));
      const planned: PlannedLayer = {
        ...layer,
        record: records + l * recordBytes(layerFields),
        weights: this.#layout.takeMatrix(inputs + 1, units),
        reads: { ...layer.reads, ...below },
        out,
        raw: layer.norm || layer.activation === activations.erf ? this.#takeBlock(positions * units) : out,
        norm: layer.norm && { ...layer.norm, ...this.#planNorm(units) },
        gradient: isHead ? out : this.#takeBlock(positions * units),
        turned: this.#layout.takeMatrix(positions * this.#block, units),
        ...this.#planRule(layer),
        panels: Math.ceil(units / perPanel(this.#precision)),
        carriesGradient: lowest !== -1 && l > lowest,
        sums: isHead ? null : this.#planSums(l, units),
      };
      below = out;
      return planned;
    });
  }

  /** Rows over a block of samples. */
  #takeBlock(rows: number): Place {
    return this.#layout.takeMatrix(rows, this.#block);
  }

  #positions(layer: number): number {
    return this.#task.layers[layer].positions;
  }

  #planNorm(units: number): PlannedNorm {
    const { optimizer } = this.#task;
    const matrix = (): number => this.#layout.takeMatrix(normRows, units).pointer;
    return {
      record: this.#layout.take(recordBytes(normFields)),
      affine: this.#layout.takeMatrix(normRows, units),
      running: matrix(),
      current: matrix(),
      kept: matrix(),
      first: optimizer === optimizers.descent ? 0 : matrix(),
      second: optimizer === optimizers.adam ? matrix() : 0,
    };
  }

  #planRule({ kind, inputs, units }: TaskLayer): Pick<PlannedLayer, 'kept' | 'first' | 'second' | 'squares'> {
    const { optimizer, weightDecay, batch, norms } = this.#task;
    const matrix = (wanted: boolean): number =>
      wanted ? this.#layout.takeMatrix(inputs + 1, units).pointer : 0;
    const isDescent = optimizer === optimizers.descent;
    return {
      kept: matrix(!isDescent || weightDecay !== 0 || batch > blockRows || kind === layerKinds.convolution),
      first: matrix(!isDescent),
      second: matrix(optimizer === optimizers.adam),
      squares: norms ? this.#layout.take((inputs + 2) * lineBytes) : 0,
    };
  }

  #planSums(layer: number, units: number): PlannedSums | null {
    const { teacherUnits } = this.#task;
    if (layer >= teacherUnits.length) return null;
    const rows = teacherUnits[layer] + 1;
    const panels = Math.ceil(units / perPanel(this.#precision));
    const columns = panels * perPanel(this.#precision);
    return {
      rows,
      panels,
      products: this.#bytes === 4 ? this.#layout.take(rows * columns * this.#bytes) : 0,
      totals: this.#layout.take(rows * columns * doubleBytes),
      counts: this.#layout.take(rows * columns * intBytes),
      unitSquares: this.#layout.take(columns * doubleBytes),
      activity: this.#layout.take(columns * intBytes),
    };
  }

  /** `teacherRows`: rows whose teacher units are in memory at once, a multiple of `groupRows`. */
  #planSet(rows: number, teacherRows: number): PlannedSet {
    const { layers, teacherUnits } = this.#task;
    const outputs = layers[layers.length - 1].units;
    const groups = Math.ceil(teacherRows / groupRows);
    const lines = teacherUnits.map((units, l) => this.#positions(l) * (units + 1));
    return {
      record: this.#layout.take(recordBytes(dataSetFields)),
      rows,
      inputs: this.#layout.take(rows * rowStride(rowsOf(layers[0].reads) + 1, this.#precision)),
      targets: this.#layout.take(rows * this.#targetStride(outputs)),
      teacher: {
        rows: teacherRows,
        units: lines.map((count) => this.#layout.take(groups * groupRows * count * this.#bytes)),
        activity: lines.map((count) => this.#layout.take(groups * count * intBytes)),
      },
    };
  }
}

/** Lays out a task in a memory of its own. */
export const planTask = (
  task: Task,
  precision: Precision,
  sizes: SetSizes,
): { readonly plan: Plan; readonly layout: MemoryLayout } => {
  const layout = new MemoryLayout(precision);
  return { plan: new Planner(task, precision, layout).plan(sizes), layout };
};
