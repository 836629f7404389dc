import type { Precision } from '../../engine.js';
import { optimizers, type Task, type TaskLayer } from '../task.js';
import {
  bytesOf,
  lineBytes,
  MemoryLayout,
  type Place,
  perPanel,
  roundUp,
  rowStride,
} from './memory-layout.js';
import { dataSetFields, layerFields, networkFields, recordBytes } from './records.js';

const doubleBytes = Float64Array.BYTES_PER_ELEMENT;
const intBytes = Int32Array.BYTES_PER_ELEMENT;

/** Samples that are worked on at once: as deep as a tile's sums go in one pass. */
export const blockRows = 128;
/** Samples whose activity is one word. */
export const groupRows = 32;
/** First ranks that the label's place among the outputs is counted for. */
export const ranks = 5;
/** Indices that are handed over at once, where a batch is not larger. */
const listedIndices = 16_384;
/** Lines of the words that threads share, and which of them tells helpers to end: src/engine/wasm/kernel/team.ts. */
const teamLines = 4;
export const endedLine = 3;
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

export type PlannedLayer = TaskLayer & {
  readonly record: number;
  readonly weights: Place;
  readonly reads: Place;
  readonly out: Place;
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
  /** Panels of a block of samples. */
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

/** Rows from a batch's teacher units to the next's: their activity starts with a new word. */
export const batchPitch = (evaluationBatch: number): number => roundUp(evaluationBatch, groupRows);

class Planner {
  readonly #task: Task;
  readonly #precision: Precision;
  readonly #layout: MemoryLayout;
  readonly #bytes: 4 | 8;

  constructor(task: Task, precision: Precision, layout: MemoryLayout) {
    this.#task = task;
    this.#precision = precision;
    this.#layout = layout;
    this.#bytes = bytesOf(precision);
  }

  plan({ train, evaluation, evaluationBatch }: SetSizes): Plan {
    const { layers, batch } = this.#task;
    const pitch = batchPitch(evaluationBatch);
    const batches = (rows: number): number => Math.ceil(rows / evaluationBatch) * pitch;
    const keeps = batches(train) * this.#teacherRowBytes <= keptTeacherBytes;
    const outputs = layers[layers.length - 1].units;
    const indexCount = Math.max(batch, Math.floor(listedIndices / batch) * batch);
    const panels = blockRows / perPanel(this.#precision);
    return {
      precision: this.#precision,
      task: this.#task,
      network: this.#layout.take(recordBytes(networkFields)),
      layers: this.#planLayers(),
      blockPanels: panels,
      inputStride: rowStride(layers[0].inputs + 1, this.#precision),
      targetStride: this.#targetStride(outputs),
      sampler: this.#layout.take(4 * intBytes),
      list: this.#layout.take(blockRows * intBytes),
      indices: this.#layout.take(indexCount * intBytes),
      indexCount,
      targets: this.#layout.takeMatrix(outputs, blockRows),
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
    return this.#task.teacherUnits.reduce((sum, units) => sum + (units + 1) * this.#bytes, 0);
  }

  #targetStride(outputs: number): number {
    return this.#task.loss === 'cross-entropy' ? intBytes : rowStride(outputs, this.#precision);
  }

  #planLayers(): PlannedLayer[] {
    const { layers } = this.#task;
    const lowest = layers.findIndex(({ frozen }) => !frozen);
    const records = this.#layout.take(layers.length * recordBytes(layerFields));
    let reads = this.#layout.takeMatrix(layers[0].inputs + 1, blockRows);
    return layers.map((layer, l) => {
      const isHead = l === layers.length - 1;
      const { inputs, units } = layer;
      const out = this.#layout.takeMatrix(isHead ? units : units + 1, blockRows);
      const planned: PlannedLayer = {
        ...layer,
        record: records + l * recordBytes(layerFields),
        weights: this.#layout.takeMatrix(inputs + 1, units),
        reads,
        out,
        gradient: isHead ? out : this.#layout.takeMatrix(units, blockRows),
        turned: this.#layout.takeMatrix(blockRows, units),
        ...this.#planRule(inputs, units),
        panels: Math.ceil(units / perPanel(this.#precision)),
        carriesGradient: lowest !== -1 && l > lowest,
        sums: isHead ? null : this.#planSums(l, units),
      };
      reads = out;
      return planned;
    });
  }

  #planRule(inputs: number, units: number): Pick<PlannedLayer, 'kept' | 'first' | 'second' | 'squares'> {
    const { optimizer, weightDecay, batch, norms } = this.#task;
    const matrix = (wanted: boolean): number =>
      wanted ? this.#layout.takeMatrix(inputs + 1, units).pointer : 0;
    const isDescent = optimizer === optimizers.descent;
    return {
      kept: matrix(!isDescent || weightDecay !== 0 || batch > blockRows),
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
    return {
      record: this.#layout.take(recordBytes(dataSetFields)),
      rows,
      inputs: this.#layout.take(rows * rowStride(layers[0].inputs + 1, this.#precision)),
      targets: this.#layout.take(rows * this.#targetStride(outputs)),
      teacher: {
        rows: teacherRows,
        units: teacherUnits.map((units) => this.#layout.take(groups * groupRows * (units + 1) * this.#bytes)),
        activity: teacherUnits.map((units) => this.#layout.take(groups * (units + 1) * intBytes)),
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
