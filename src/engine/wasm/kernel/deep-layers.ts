// One layer of a multi-layer student over a block of rows: forward, backward, and the gradient of its weights.
// Pointers and strides are bytes. Weights are [inputs + 1 x units], the biases' row last: what a layer reads carries
// a constant in column `inputs`, 1 where the layer has biases and 0 where it has none.
import { addProduct } from './accumulate';
import { GATED, multiply, multiplyTransposed, PLAIN } from './multiply';
import { copyRow } from './rows';
import { VECTOR } from './vector';

/** Bytes of the operand that a block of columns or nodes keeps in the first-level cache. */
const CACHED: usize = 16384;

/** Fills the columns from `column` on: `value`, then zeros. */
@inline
function fillTail<T>(rows: i32, out: usize, stride: usize, column: i32, value: T): void {
  const end = out + stride;
  for (let r = 0; r < rows; r++) {
    let p = out + (<usize>column) * sizeof<T>() + (<usize>r) * stride;
    store<T>(p, value);
    for (p += sizeof<T>(); p < end + (<usize>r) * stride; p += sizeof<T>()) store<T>(p, <T>0);
  }
}

/** Weights of more bytes than this are taken in packed panels: their rows lie in more pages than the processor keeps track of. */
const SCATTERED: usize = 262144;
/** Columns of weights that a tile reads, and rows from which on copying them costs little beside using them. */
const PANEL: usize = 2 * VECTOR;
const FEW_ROWS: i32 = 16;

/** Copies a panel of `depth` rows, `stride` apart, to consecutive ones. */
@inline
function packPanel(depth: i32, w: usize, stride: usize, width: usize, panel: usize): void {
  for (let i = 0; i < depth; i++) {
    v128.store(panel, v128.load(w));
    if (width > VECTOR) v128.store(panel, v128.load(w, VECTOR), VECTOR);
    w += stride;
    panel += PANEL;
  }
}

/** out = finish(x w), with the same bits whether panels are packed or not. panel: room for [depth x PANEL]. */
@inline
function product<T>(
  rows: i32, x: usize, xStride: usize, depth: i32, w: usize, out: usize, stride: usize, panel: usize, epilogue: i32,
): void {
  const threshold = v128.splat<T>(<T>0);
  if (rows < FEW_ROWS || (<usize>depth) * stride < SCATTERED) {
    multiply<T>(rows, x, xStride, depth, w, stride, out, stride, stride, 0, epilogue, threshold);
    return;
  }
  for (let j: usize = 0; j < stride; j += PANEL) {
    const width = min<usize>(PANEL, stride - j);
    packPanel(depth, w + j, stride, width, panel);
    multiply<T>(rows, x, xStride, depth, panel, PANEL, out + j, stride, width, 0, epilogue, threshold);
  }
}

/** out = relu(x w), [rows x units], then the constant that the next layer reads; -0 marks a closed gate. */
@inline
function hiddenLayer<T>(
  rows: i32, x: usize, xStride: usize, depth: i32, w: usize, out: usize, stride: usize, panel: usize,
  units: i32, constant: f64,
): void {
  product<T>(rows, x, xStride, depth, w, out, stride, panel, GATED);
  fillTail<T>(rows, out, stride, units, <T>constant);
}

/** out = x w. */
@inline
function headLayer<T>(
  rows: i32, x: usize, xStride: usize, depth: i32, w: usize, out: usize, stride: usize, panel: usize,
): void {
  product<T>(rows, x, xStride, depth, w, out, stride, panel, PLAIN);
}

/**
 * The gradient at the layer below: out = gate(g w^T), [rows x units]; columns from `units` on become zero.
 * A few nodes at a time, so that their weights stay in the first-level cache for all rows.
 */
@inline
function backward<T>(
  rows: i32, g: usize, gStride: usize, w: usize, units: i32, hidden: usize, out: usize, stride: usize,
): void {
  const nodes = (units + 3) & ~3;
  const step = max<i32>(4, <i32>(CACHED / gStride) & ~3);
  for (let k = 0; k < nodes; k += step) {
    const offset = (<usize>k) * sizeof<T>();
    multiplyTransposed<T>(
      rows, g, gStride, gStride, w + (<usize>k) * gStride, min<i32>(step, nodes - k),
      out + offset, hidden + offset, stride, i32x4.splat(-1),
    );
  }
  if ((<usize>units) * sizeof<T>() < stride) fillTail<T>(rows, out, stride, units, <T>0);
}

/**
 * delta += x^T g, or delta = x^T g where it is fresh. A band of g's columns at a time is copied to where its rows follow
 * each other, and stays in the first-level cache for all of x. `units`: a multiple of 4; panel: room for CACHED bytes.
 */
@inline
function weightGradient<T>(
  rows: i32, x: usize, xStride: usize, units: i32, g: usize, gStride: usize, delta: usize, panel: usize, fresh: bool,
): void {
  const band = max<usize>(PANEL, (CACHED / <usize>max<i32>(1, rows)) & ~(PANEL - 1));
  for (let j: usize = 0; j < gStride; j += band) {
    const width = min<usize>(band, gStride - j);
    for (let r: usize = 0; r < <usize>rows; r++) copyRow(panel + r * width, g + j + r * gStride, width);
    addProduct<T>(rows, x, xStride, units, panel, width, width, delta + j, gStride, <T>1, fresh);
  }
}

export function hiddenLayerFloat32(
  rows: i32, x: usize, xStride: usize, depth: i32, w: usize, out: usize, stride: usize, panel: usize,
  units: i32, constant: f64,
): void {
  hiddenLayer<f32>(rows, x, xStride, depth, w, out, stride, panel, units, constant);
}

export function hiddenLayerFloat64(
  rows: i32, x: usize, xStride: usize, depth: i32, w: usize, out: usize, stride: usize, panel: usize,
  units: i32, constant: f64,
): void {
  hiddenLayer<f64>(rows, x, xStride, depth, w, out, stride, panel, units, constant);
}

export function headLayerFloat32(
  rows: i32, x: usize, xStride: usize, depth: i32, w: usize, out: usize, stride: usize, panel: usize,
): void {
  headLayer<f32>(rows, x, xStride, depth, w, out, stride, panel);
}

export function headLayerFloat64(
  rows: i32, x: usize, xStride: usize, depth: i32, w: usize, out: usize, stride: usize, panel: usize,
): void {
  headLayer<f64>(rows, x, xStride, depth, w, out, stride, panel);
}

export function backwardFloat32(
  rows: i32, g: usize, gStride: usize, w: usize, units: i32, hidden: usize, out: usize, stride: usize,
): void {
  backward<f32>(rows, g, gStride, w, units, hidden, out, stride);
}

export function backwardFloat64(
  rows: i32, g: usize, gStride: usize, w: usize, units: i32, hidden: usize, out: usize, stride: usize,
): void {
  backward<f64>(rows, g, gStride, w, units, hidden, out, stride);
}

export function weightGradientFloat32(
  rows: i32, x: usize, xStride: usize, units: i32, g: usize, gStride: usize, delta: usize, panel: usize, fresh: bool,
): void {
  weightGradient<f32>(rows, x, xStride, units, g, gStride, delta, panel, fresh);
}

export function weightGradientFloat64(
  rows: i32, x: usize, xStride: usize, units: i32, g: usize, gStride: usize, delta: usize, panel: usize, fresh: bool,
): void {
  weightGradient<f64>(rows, x, xStride, units, g, gStride, delta, panel, fresh);
}
