// Where everything lies. The TypeScript side sets these exported globals by name before it calls a kernel;
// pointers are byte offsets, strides are bytes. All matrices are row-major, rows padded with zeros.

/** d + 1, with the constant input; rows of w1. */
export let inputs: i32 = 0;
/** `inputs` rounded up to 4: columns of the stored inputs and allocated rows of w1. */
export let inputUnits: i32 = 0;
export let inputStride: usize = 0;
/** n; w2 has n + 1 rows. */
export let nodes: i32 = 0;
/** n + 1 rounded up to 4: columns of w1 and of the hidden units, allocated rows of w2. */
export let hiddenUnits: i32 = 0;
export let hiddenStride: usize = 0;
export let outputs: i32 = 0;
export let outputStride: usize = 0;
/** m + 1 rounded up to 4: the teacher's units and a column of ones, in evaluation sets. */
export let teacherUnits: i32 = 0;
export let teacherStride: usize = 0;

/** [inputUnits x hiddenUnits] */
export let w1: usize = 0;
/** [hiddenUnits x outputs] */
export let w2: usize = 0;
/** Deltas of batches that are taken in several blocks; zero between steps. */
export let delta1: usize = 0;
export let delta2: usize = 0;

/** [trainRows x inputUnits], the constant 1 in column d. */
export let trainInputs: usize = 0;
/** Teacher outputs. [trainRows x outputs] */
export let trainTargets: usize = 0;
export let trainRows: i32 = 0;

/** Rows that are worked on at once: as many as the block buffers hold. */
export let blockRows: i32 = 0;
/** Rows whose activity is packed into a word, one bit a row: at most 32; `blockRows` is a multiple of it. */
export let activityRows: i32 = 0;
/** Rows of the training set that a sampled block takes. [blockRows] */
export let blockIndices: usize = 0;
export let blockInputs: usize = 0;
export let blockTargets: usize = 0;
/** [blockRows x hiddenUnits], the constant 1 in column n; -0 marks a closed gate. */
export let hidden: usize = 0;
/** y_teacher - y_student. [blockRows x outputs] */
export let residual: usize = 0;
/** Gradient arriving at each node, gated. [blockRows x hiddenUnits] */
export let nodeGradient: usize = 0;

/** Samples a step; the training set's size for full-batch training. */
export let batchSize: i32 = 0;
export let learningRate: f64 = 0;
export let relu: bool = true;
export let featuresFixed: bool = false;
export let topLayerFixed: bool = false;
export let normalizeStudent: bool = false;
export let noBias: bool = false;

/** Four words of xoshiro128**. */
export let samplerState: usize = 0;

/** Minibatch losses, mean squared errors before each update: a call goes on adding to what it finds. */
export let minimumLoss: f64 = 0;
export let sumLoss: f64 = 0;
export let maximumLoss: f64 = 0;
export let diverged: bool = false;

export function noteLoss(loss: f64): void {
  minimumLoss = min<f64>(minimumLoss, loss);
  maximumLoss = max<f64>(maximumLoss, loss);
  sumLoss += loss;
  diverged = !isFinite<f64>(loss);
}

/**
 * Teacher units times hidden units, [teacherUnits x hiddenUnits]: sums over a block in T, zero between blocks
 * (float32 only), and their totals in double precision.
 */
export let blockProducts: usize = 0;
export let products: usize = 0;
/** Activity of the hidden units on a group of rows, one bit a row. [hiddenUnits] words of T's size */
export let activity: usize = 0;
/** Samples on which both are active. [teacherUnits x hiddenUnits] 32-bit integers */
export let counts: usize = 0;
/** Sum of squares of each hidden unit, in double precision. [hiddenUnits] */
export let squares: usize = 0;
