// What the host describes in memory, field by field: src/engine/wasm/memory/records.ts lists the same fields in the same order.
// Pointers and steps are bytes; matrices lie in panels.

/** Batch norm of a layer's units. Matrices are [2 x units], all of one step. */
@unmanaged
export class Norm {
  /** Whether the activation comes after it. */
  beforeActivation: i32;
  /** Whether scale and shift are trained. */
  trained: i32;
  step: usize;
  /** Scale and shift: 1 and 0 where they are not trained. */
  affine: usize;
  /** Mean and variance of all batches so far, of which the last count more. */
  running: usize;
  /** Mean and 1 / deviation that the last pass took. */
  current: usize;
  /** Gradient of scale and shift, and the optimizer's moments. */
  kept: usize;
  first: usize;
  second: usize;
}

/** One affine layer of the student, and what training it needs. Units of a convolution are channels. */
@unmanaged
export class Layer {
  /** Slope below zero of a leaky activation. */
  slope: f64;
  /** Norms of its gradients, added up over steps: weights', then biases'. */
  weightNorms: f64;
  biasNorms: f64;
  /** DENSE or CONVOLUTION. */
  kind: i32;
  /** Weights of a unit, the bias aside. */
  inputs: i32;
  units: i32;
  /** Places of a sample at which the units are computed, and how many of them stand side by side: 1 where it is dense. */
  positions: i32;
  width: i32;
  /** Convolution: channels and side by side places of what it reads. */
  channels: i32;
  readWidth: i32;
  /** Rows of what it reads, the constant one aside. */
  readRows: i32;
  /** One of tile.ts: LINEAR, CLOSED_AT_ZERO, OPEN_AT_ZERO, LEAKY, LEAKY_OPEN_AT_ZERO, ERF. */
  activation: i32;
  frozen: i32;
  /** Whether the gradient is wanted at what it reads: a layer below is trained. */
  carriesGradient: i32;
  /** What holds its weights. One of rule.ts: AS_IS, UNIT_COLUMNS, FLOORED_COLUMNS. */
  constraint: i32;
  /** Biases become zero after each step. */
  withoutBias: i32;
  /** Whether it has biases at all. */
  biased: i32;
  /** [inputs + 1 x units], the row of biases last; of a convolution by rows of its kernel, columns and channels. */
  weights: usize;
  weightStep: usize;
  /** What it reads, its constant row last. [readRows + 1 x block] */
  reads: usize;
  readStep: usize;
  /** Its units: what the next layer reads. [positions * units x block] */
  out: usize;
  outStep: usize;
  /** Its norm's record, or 0; and what norm or ERF read, `out` where there is neither. [positions * units x block] */
  norm: usize;
  raw: usize;
  rawStep: usize;
  /** -dL/dz times the loss's divisor; the head's takes the place of its outputs. [positions * units x block] */
  gradient: usize;
  gradientStep: usize;
  /** The same, transposed. [positions * block x units] */
  turned: usize;
  turnedStep: usize;
  /** Gradient of the weights where it is kept, and the optimizer's moments: shaped like the weights. */
  kept: usize;
  first: usize;
  second: usize;
  /** Sums of squares of the gradient: a line for each band of rows, then the biases'. 0: not wanted. */
  squares: usize;
  /** Teacher units of the metrics and the constant one; 0: none. */
  teacherUnits: i32;
  /** Units as the metrics sum them up: those that a norm after the activation reads, whose scale the host knows. */
  measured: usize;
  measuredStep: usize;
  /**
   * Centred teacher units and a row of ones, [positions * teacherUnits x samples], and their activity,
   * [groups x positions * teacherUnits] words.
   */
  teacher: usize;
  teacherActivity: usize;
  /** Teacher units times units, in T (float32 only) and in double precision. [teacherUnits x units] */
  products: usize;
  totals: usize;
  /** Samples and positions on which both are active, 32-bit integers. [teacherUnits x units] */
  counts: usize;
  /** Sums of squares of the units, doubles. [units] */
  unitSquares: usize;
  /** Room for a word for each unit. */
  activity: usize;
}

/** Samples with what the teacher says of them. Rows are row-major, padded to whole vectors. */
@unmanaged
export class DataSet {
  rows: i32;
  /** [rows x inputs + 1], the constant last. */
  inputs: usize;
  inputStride: usize;
  /** Teacher outputs, [rows x outputs], or its classes, [rows] 32-bit integers. */
  targets: usize;
  targetStride: usize;
}

/** A student, its rule and its batches. */
@unmanaged
export class NetworkRecord {
  learningRate: f64;
  weightDecay: f64;
  momentum: f64;
  /** Of Langevin noise: see layers/langevin.ts. */
  temperature: f64;
  /** Steps that Adam has taken. */
  adamSteps: f64;
  /** Minibatch losses before each update: a call goes on adding to what it finds. */
  minimumLoss: f64;
  sumLoss: f64;
  maximumLoss: f64;
  diverged: i32;
  layerCount: i32;
  /** [layerCount] records */
  layers: usize;
  /** One of panel-loss.ts: HALF_SQUARED_ERROR, MEAN_SQUARED_ERROR, CROSS_ENTROPY. */
  loss: i32;
  /** One of rule.ts: DESCENT, MOMENTUM, ADAM. */
  optimizer: i32;
  /** The training set's record. */
  trainingSet: usize;
  /** Four words of xoshiro128**. */
  sampler: usize;
  /** Samples that are worked on at once, whole panels; rows of a block's list. Batch norm needs the whole batch. */
  block: i32;
  /** Whether norms take the batch's statistics, and the running ones move. */
  training: i32;
  /** Rows of the data set that the block takes. [block] 32-bit integers */
  list: usize;
  /** Teacher outputs of the block, [outputs x block], or its classes. */
  targets: usize;
  targetStep: usize;
  /** For each panel of the block a line of room, and the sum of its losses at the start of the next. */
  losses: usize;
  /** Samples whose class has rank 0, 1, ... among the outputs, by panel of the block. [panels x RANKS] integers */
  hits: usize;
  /** Threads, the one that calls included, and the lines that they share: see shared-phases.ts. */
  threads: i32;
  team: usize;
  /** The current phase: its kind, its layer, the rows of the block, whether it is the step's first or last. */
  kind: i32;
  layer: i32;
  rows: i32;
  fresh: i32;
  last: i32;
  /** Samples of the whole step. */
  batch: i32;
  /** The data set of the block. */
  set: usize;
  /** Evaluation: the block's first row among those whose teacher units are in memory. */
  teacherRow: i32;
}

/** Kinds of layers. */
export const DENSE: i32 = 0;
export const CONVOLUTION: i32 = 1;

/** Bytes from a layer's record to the next: doubles stand on their own size. */
export const LAYER_BYTES: usize = (offsetof<Layer>() + 7) & ~7;

/** Batch norm of a layer that has it. */
@inline
export function normOf(layer: Layer): Norm {
  return changetype<Norm>(layer.norm);
}

/** The record of a layer. */
@inline
export function layerAt(network: NetworkRecord, index: i32): Layer {
  return changetype<Layer>(network.layers + (<usize>index) * LAYER_BYTES);
}
