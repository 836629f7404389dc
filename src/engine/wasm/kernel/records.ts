// What the host describes in memory, field by field: src/engine/wasm/memory/records.ts lists the same fields in the same order.
// Pointers and steps are bytes; matrices lie in panels.

/** One affine layer of the student, and what training it needs. */
@unmanaged
export class Layer {
  /** Slope below zero of a leaky activation. */
  slope: f64;
  /** Norms of its gradients, added up over steps: weights', then biases'. */
  weightNorms: f64;
  biasNorms: f64;
  inputs: i32;
  units: i32;
  /** One of tile.ts: LINEAR, CLOSED_AT_ZERO, OPEN_AT_ZERO, LEAKY. */
  activation: i32;
  frozen: i32;
  /** Whether the gradient is wanted at what it reads: a layer below is trained. */
  carriesGradient: i32;
  /** One of rule.ts: AS_IS, UNIT_COLUMNS, FLOORED_COLUMNS. */
  normalization: i32;
  /** Biases become zero after each step. */
  withoutBias: i32;
  /** [inputs + 1 x units], the row of biases last. */
  weights: usize;
  weightStep: usize;
  /** What it reads, its constant row last. [inputs + 1 x block] */
  reads: usize;
  readStep: usize;
  /** Its units: what the next layer reads. [units x block] */
  out: usize;
  outStep: usize;
  /** -dL/dz times the loss's divisor; the head's takes the place of its outputs. [units x block] */
  gradient: usize;
  gradientStep: usize;
  /** The same, transposed. [block x units] */
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
  /** Centred teacher units and a row of ones, [teacherUnits x samples], and their activity, [groups x teacherUnits] words. */
  teacher: usize;
  teacherActivity: usize;
  /** Teacher units times units, in T (float32 only) and in double precision. [teacherUnits x units] */
  products: usize;
  totals: usize;
  /** Samples on which both are active, 32-bit integers. [teacherUnits x units] */
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
export class Network {
  learningRate: f64;
  weightDecay: f64;
  momentum: f64;
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
  /** One of loss.ts: HALF_SQUARED_ERROR, MEAN_SQUARED_ERROR, CROSS_ENTROPY. */
  loss: i32;
  /** One of rule.ts: DESCENT, MOMENTUM, ADAM. */
  optimizer: i32;
  /** The training set's record. */
  training: usize;
  /** Four words of xoshiro128**. */
  sampler: usize;
  /** Samples that are worked on at once, whole panels; rows of a block's list. */
  block: i32;
  /** Rows of the data set that the block takes. [block] 32-bit integers */
  list: usize;
  /** Teacher outputs of the block, [outputs x block], or its classes. */
  targets: usize;
  targetStep: usize;
  /** For each panel of the block a line of room, and the sum of its losses at the start of the next. */
  losses: usize;
  /** Samples whose class has rank 0, 1, ... among the outputs, by panel of the block. [panels x RANKS] integers */
  hits: usize;
  /** Threads, the one that calls included, and the lines that they share: see team.ts. */
  threads: i32;
  team: usize;
  /** Parts of the phase that is offered. */
  parts: i32;
  /** The phase that is offered: its kind, its layer, the rows of the block, whether it is the step's first or last. */
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

/** Bytes from a layer's record to the next: doubles stand on their own size. */
export const LAYER_BYTES: usize = (offsetof<Layer>() + 7) & ~7;

/** The record of a layer. */
@inline
export function layerAt(network: Network, index: i32): Layer {
  return changetype<Layer>(network.layers + (<usize>index) * LAYER_BYTES);
}
