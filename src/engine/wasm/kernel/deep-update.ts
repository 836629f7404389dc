// What happens to a layer's weights once every thread has its gradient: PyTorch's update rules, in a band of columns.
// The formulas are those of src/net/optimizer.ts. w and the moments have the layout of the deltas.
import { horizontalSum, multiplyAdd, VECTOR, zero } from './vector';

/** The sum of the threads' gradients, in their order. */
@inline
function gradientAt<T>(delta: usize, threads: i32, deltaStep: usize): v128 {
  let sum = v128.load(delta);
  for (let t = 1; t < threads; t++) {
    delta += deltaStep;
    sum = v128.add<T>(sum, v128.load(delta));
  }
  return sum;
}

/** Which rule an instance of `update` follows. */
const DESCENT: i32 = 0;
const MOMENTUM: i32 = 1;
const ADAM: i32 = 2;

/** The new weights. Mutates the moments. */
@inline
function updated<T>(
  rule: i32, weights: v128, gradient: v128, first: usize, second: usize,
  rate: v128, decay: v128, momentum: v128, secondScale: v128,
): v128 {
  const total = multiplyAdd<T>(decay, weights, gradient);
  if (rule == DESCENT) return v128.sub<T>(weights, v128.mul<T>(rate, total));
  if (rule == MOMENTUM) {
    const velocity = multiplyAdd<T>(momentum, v128.load(first), total);
    v128.store(first, velocity);
    return v128.sub<T>(weights, v128.mul<T>(rate, velocity));
  }
  const mean = multiplyAdd<T>(
    v128.splat<T>(<T>0.9), v128.load(first), v128.mul<T>(v128.splat<T>(<T>(1 - 0.9)), total),
  );
  v128.store(first, mean);
  const square = v128.mul<T>(v128.mul<T>(v128.splat<T>(<T>(1 - 0.999)), total), total);
  const spread = multiplyAdd<T>(v128.splat<T>(<T>0.999), v128.load(second), square);
  v128.store(second, spread);
  const root = v128.div<T>(v128.sqrt<T>(spread), secondScale);
  const denominator = v128.add<T>(root, v128.splat<T>(<T>1e-8));
  return v128.sub<T>(weights, v128.div<T>(v128.mul<T>(rate, mean), denominator));
}

/**
 * Updates the columns [from, to) (bytes) of `inputs` rows of weights and of the row of biases after them. Stores the
 * sums of squares of the gradient, weights' and biases', as two doubles at `norms`.
 */
@inline
function update<T>(
  rule: i32, inputs: i32, w: usize, stride: usize, from: usize, to: usize, delta: usize, threads: i32,
  deltaStep: usize, first: usize, second: usize, rate: f64, weightDecay: f64, momentum: f64, secondScale: f64,
  norms: usize,
): void {
  const rates = v128.splat<T>(<T>rate), decays = v128.splat<T>(<T>weightDecay);
  const momenta = v128.splat<T>(<T>momentum), scales = v128.splat<T>(<T>secondScale);
  let sum: f64 = 0;
  for (let i = 0; i <= inputs; i++) {
    let acc = zero();
    for (let j = from; j < to; j += VECTOR) {
      const gradient = gradientAt<T>(delta + j, threads, deltaStep);
      acc = multiplyAdd<T>(gradient, gradient, acc);
      const next = updated<T>(
        rule, v128.load(w + j), gradient, first + j, second + j, rates, decays, momenta, scales,
      );
      v128.store(w + j, next);
    }
    if (i == inputs) store<f64>(norms, horizontalSum<T>(acc), 8);
    else sum += horizontalSum<T>(acc);
    w += stride;
    delta += stride;
    first += stride;
    second += stride;
  }
  store<f64>(norms, sum);
}

/** Divides each column of weights [inputs + 1 x columns] in a band by (its norm without the bias + 1e-5). */
@inline
function normalize<T>(inputs: i32, w: usize, stride: usize, from: usize, to: usize): void {
  for (let j = from; j < to; j += VECTOR) {
    let sum = zero();
    let p = w + j;
    for (let i = 0; i < inputs; i++) {
      const weights = v128.load(p);
      sum = multiplyAdd<T>(weights, weights, sum);
      p += stride;
    }
    const norm = v128.add<T>(v128.sqrt<T>(sum), v128.splat<T>(<T>1e-5));
    p = w + j;
    for (let i = 0; i <= inputs; i++) {
      v128.store(p, v128.div<T>(v128.load(p), norm));
      p += stride;
    }
  }
}

@inline
function updateBy<T>(
  rule: i32, inputs: i32, w: usize, stride: usize, from: usize, to: usize, delta: usize, threads: i32,
  deltaStep: usize, first: usize, second: usize, rate: f64, weightDecay: f64, momentum: f64, secondScale: f64,
  norms: usize,
): void {
  if (rule == DESCENT)
    update<T>(
      DESCENT, inputs, w, stride, from, to, delta, threads, deltaStep, first, second,
      rate, weightDecay, momentum, secondScale, norms,
    );
  else if (rule == MOMENTUM)
    update<T>(
      MOMENTUM, inputs, w, stride, from, to, delta, threads, deltaStep, first, second,
      rate, weightDecay, momentum, secondScale, norms,
    );
  else
    update<T>(
      ADAM, inputs, w, stride, from, to, delta, threads, deltaStep, first, second,
      rate, weightDecay, momentum, secondScale, norms,
    );
}

export function updateFloat32(
  rule: i32, inputs: i32, w: usize, stride: usize, from: usize, to: usize, delta: usize, threads: i32,
  deltaStep: usize, first: usize, second: usize, rate: f64, weightDecay: f64, momentum: f64, secondScale: f64,
  norms: usize,
): void {
  updateBy<f32>(
    rule, inputs, w, stride, from, to, delta, threads, deltaStep, first, second,
    rate, weightDecay, momentum, secondScale, norms,
  );
}

export function updateFloat64(
  rule: i32, inputs: i32, w: usize, stride: usize, from: usize, to: usize, delta: usize, threads: i32,
  deltaStep: usize, first: usize, second: usize, rate: f64, weightDecay: f64, momentum: f64, secondScale: f64,
  norms: usize,
): void {
  updateBy<f64>(
    rule, inputs, w, stride, from, to, delta, threads, deltaStep, first, second,
    rate, weightDecay, momentum, secondScale, norms,
  );
}

export function normalizeFloat32(inputs: i32, w: usize, stride: usize, from: usize, to: usize): void {
  normalize<f32>(inputs, w, stride, from, to);
}

export function normalizeFloat64(inputs: i32, w: usize, stride: usize, from: usize, to: usize): void {
  normalize<f64>(inputs, w, stride, from, to);
}
