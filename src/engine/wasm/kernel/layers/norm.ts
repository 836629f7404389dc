// Batch norm of a layer's units, one unit after the other: statistics are summed over positions and samples lane by lane,
// then over lanes, so that their bits depend on nothing else. Source: torch.nn.BatchNorm1d and BatchNorm2d.
import { closed, gated, leaked, leakedBack } from '../products/finish';
import { LINE, panelAt, panelsOf, perPanel, rowAt } from '../products/panel';
import { Layer, Norm, normOf } from '../host-records';
import { CLOSED_AT_ZERO, LEAKY, LINEAR } from '../products/tile';
import { multiplyAdd, VECTOR, zero } from '../products/vector';

/** The share of a new batch in the running statistics, and the variance's floor. */
const MOMENTUM: f64 = 0.1;
const EPSILON: f64 = 1e-5;

/** Rows of a norm's matrices. */
const SCALE: i32 = 0;
const SHIFT: i32 = 1;
const MEAN: i32 = 0;
const VARIANCE: i32 = 1;
const INVERSE_DEVIATION: i32 = 1;

/** Where a unit's number stands in a row of one of a norm's matrices. */
@inline
function numberAt<T>(norm: Norm, matrix: usize, row: i32, unit: i32): usize {
  const lane = <usize>(unit & (perPanel<T>() - 1));
  return rowAt(panelAt(matrix, norm.step, unit / perPanel<T>()), row) + lane * sizeof<T>();
}

@inline
function read<T>(norm: Norm, matrix: usize, row: i32, unit: i32): f64 {
  return <f64>load<T>(numberAt<T>(norm, matrix, row, unit));
}

@inline
function write<T>(norm: Norm, matrix: usize, row: i32, unit: i32, value: f64): void {
  store<T>(numberAt<T>(norm, matrix, row, unit), <T>value);
}

/** All bits of the lanes of a vector, `offset` bytes into a line, that are among the first `samples` of the line. */
@inline
function lanesBelow<T>(samples: i32, offset: usize): v128 {
  const left = samples - <i32>(offset / sizeof<T>());
  return sizeof<T>() == 4
    ? i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3))
    : i64x2.gt_s(i64x2.splat(<i64>left), i64x2(0, 1));
}

/** The sum of a line's lanes, given as four vectors. */
@inline
function sumOfLine<T>(s0: v128, s1: v128, s2: v128, s3: v128): f64 {
  const s = v128.add<T>(v128.add<T>(s0, s1), v128.add<T>(s2, s3));
  if (sizeof<T>() == 8) return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
  const low = <f64>f32x4.extract_lane(s, 0) + <f64>f32x4.extract_lane(s, 1);
  return low + (<f64>f32x4.extract_lane(s, 2) + <f64>f32x4.extract_lane(s, 3));
}

/** A vector of a line less `centre`, 0 in the lanes that are not counted. */
@inline
function counted<T>(line: usize, offset: usize, centre: v128, samples: i32): v128 {
  return v128.and(v128.sub<T>(v128.load(line + offset), centre), lanesBelow<T>(samples, offset));
}

/** Sum over positions and samples of a unit's value, or of its square where `squared`, less `centre`. */
@inline
function sumOfUnit<T>(layer: Layer, samples: i32, unit: i32, squared: bool, centre: T): f64 {
  const centres = v128.splat<T>(centre);
  let s0 = zero(), s1 = zero(), s2 = zero(), s3 = zero();
  for (let position = 0; position < layer.positions; position++) {
    let line = rowAt(layer.raw, position * layer.units + unit);
    for (let left = samples; left > 0; left -= perPanel<T>()) {
      const x0 = counted<T>(line, 0, centres, left), x1 = counted<T>(line, 16, centres, left);
      const x2 = counted<T>(line, 32, centres, left), x3 = counted<T>(line, 48, centres, left);
      s0 = squared ? multiplyAdd<T>(x0, x0, s0) : v128.add<T>(s0, x0);
      s1 = squared ? multiplyAdd<T>(x1, x1, s1) : v128.add<T>(s1, x1);
      s2 = squared ? multiplyAdd<T>(x2, x2, s2) : v128.add<T>(s2, x2);
      s3 = squared ? multiplyAdd<T>(x3, x3, s3) : v128.add<T>(s3, x3);
      line += layer.rawStep;
    }
  }
  return sumOfLine<T>(s0, s1, s2, s3);
}

/** Takes the statistics of the batch, and moves the running ones towards them: the variance unbiased. */
function measure<T>(layer: Layer, norm: Norm, samples: i32, unit: i32): void {
  const count = <f64>samples * <f64>layer.positions;
  const mean = sumOfUnit<T>(layer, samples, unit, false, 0) / count;
  const variance = sumOfUnit<T>(layer, samples, unit, true, <T>mean) / count;
  write<T>(norm, norm.current, MEAN, unit, mean);
  write<T>(norm, norm.current, INVERSE_DEVIATION, unit, 1 / Math.sqrt(variance + EPSILON));
  const runningMean = read<T>(norm, norm.running, MEAN, unit);
  const runningVariance = read<T>(norm, norm.running, VARIANCE, unit);
  const unbiased = (variance * count) / (count - 1);
  write<T>(norm, norm.running, MEAN, unit, runningMean + MOMENTUM * (mean - runningMean));
  write<T>(norm, norm.running, VARIANCE, unit, runningVariance + MOMENTUM * (unbiased - runningVariance));
}

/** Takes the running statistics. */
function recall<T>(norm: Norm, unit: i32): void {
  write<T>(norm, norm.current, MEAN, unit, read<T>(norm, norm.running, MEAN, unit));
  const variance = read<T>(norm, norm.running, VARIANCE, unit);
  write<T>(norm, norm.current, INVERSE_DEVIATION, unit, 1 / Math.sqrt(variance + EPSILON));
}

/** out = activation(scale * (raw - mean) / deviation + shift) */
@inline
function normalizeUnit<T>(layer: Layer, norm: Norm, samples: i32, unit: i32, activation: i32): void {
  const mean = v128.splat<T>(load<T>(numberAt<T>(norm, norm.current, MEAN, unit)));
  const inverse = read<T>(norm, norm.current, INVERSE_DEVIATION, unit);
  const scale = v128.splat<T>(<T>(read<T>(norm, norm.affine, SCALE, unit) * inverse));
  const shift = v128.splat<T>(load<T>(numberAt<T>(norm, norm.affine, SHIFT, unit)));
  const slope = v128.splat<T>(<T>layer.slope), panels = panelsOf<T>(samples);
  for (let position = 0; position < layer.positions; position++) {
    const row = position * layer.units + unit;
    for (let panel = 0; panel < panels; panel++) {
      const from = rowAt(panelAt(layer.raw, layer.rawStep, panel), row);
      const to = rowAt(panelAt(layer.out, layer.outStep, panel), row);
      for (let j: usize = 0; j < LINE; j += VECTOR) {
        let x = multiplyAdd<T>(v128.sub<T>(v128.load(from + j), mean), scale, shift);
        if (activation == CLOSED_AT_ZERO) x = closed<T>(x);
        if (activation == LEAKY) x = leaked<T>(x, slope);
        v128.store(to + j, x);
      }
    }
  }
}

/** Normalizes units [from, to) over a block of samples: by its own statistics in training, else by the running ones. */
export function normalizeUnits<T>(layer: Layer, samples: i32, training: bool, from: i32, to: i32): void {
  const norm = normOf(layer), activation = norm.beforeActivation ? layer.activation : LINEAR;
  for (let unit = from; unit < to; unit++) {
    if (training) measure<T>(layer, norm, samples, unit);
    else recall<T>(norm, unit);
    if (activation == CLOSED_AT_ZERO) normalizeUnit<T>(layer, norm, samples, unit, CLOSED_AT_ZERO);
    else if (activation == LEAKY) normalizeUnit<T>(layer, norm, samples, unit, LEAKY);
    else normalizeUnit<T>(layer, norm, samples, unit, LINEAR);
  }
}

/** Keeps the gradients of a unit's shift and scale: the sums of the gradient, and of it times the normalized value. */
function keepGradient<T>(layer: Layer, norm: Norm, samples: i32, unit: i32): void {
  const mean = v128.splat<T>(load<T>(numberAt<T>(norm, norm.current, MEAN, unit)));
  let g0 = zero(), g1 = zero(), g2 = zero(), g3 = zero(), x0 = zero(), x1 = zero(), x2 = zero(), x3 = zero();
  for (let position = 0; position < layer.positions; position++) {
    const row = position * layer.units + unit;
    let line = rowAt(layer.gradient, row), raw = rowAt(layer.raw, row);
    for (let left = samples; left > 0; left -= perPanel<T>()) {
      const h0 = counted<T>(line, 0, zero(), left), h1 = counted<T>(line, 16, zero(), left);
      const h2 = counted<T>(line, 32, zero(), left), h3 = counted<T>(line, 48, zero(), left);
      g0 = v128.add<T>(g0, h0);
      g1 = v128.add<T>(g1, h1);
      g2 = v128.add<T>(g2, h2);
      g3 = v128.add<T>(g3, h3);
      x0 = multiplyAdd<T>(h0, v128.sub<T>(v128.load(raw), mean), x0);
      x1 = multiplyAdd<T>(h1, v128.sub<T>(v128.load(raw, 16), mean), x1);
      x2 = multiplyAdd<T>(h2, v128.sub<T>(v128.load(raw, 32), mean), x2);
      x3 = multiplyAdd<T>(h3, v128.sub<T>(v128.load(raw, 48), mean), x3);
      line += layer.gradientStep;
      raw += layer.rawStep;
    }
  }
  write<T>(norm, norm.kept, SHIFT, unit, sumOfLine<T>(g0, g1, g2, g3));
  const inverse = read<T>(norm, norm.current, INVERSE_DEVIATION, unit);
  write<T>(norm, norm.kept, SCALE, unit, sumOfLine<T>(x0, x1, x2, x3) * inverse);
}

/** What the gradient passes below a norm: nothing, gates, or leaky ones. */
const PLAIN: i32 = 0;
const GATED: i32 = 1;
const LEAKING: i32 = 2;

/** The gradient of what the norm reads, from that of what it gives, in its place. */
@inline
function carryUnit<T>(layer: Layer, norm: Norm, samples: i32, unit: i32, below: i32): void {
  const count = <f64>samples * <f64>layer.positions, panels = panelsOf<T>(samples);
  const mean = v128.splat<T>(load<T>(numberAt<T>(norm, norm.current, MEAN, unit)));
  const inverse = read<T>(norm, norm.current, INVERSE_DEVIATION, unit);
  const scale = read<T>(norm, norm.affine, SCALE, unit) * inverse;
  const scales = v128.splat<T>(<T>scale);
  const ofMean = v128.splat<T>(<T>((-scale * read<T>(norm, norm.kept, SHIFT, unit)) / count));
  const ofDeviation = v128.splat<T>(<T>((-scale * inverse * read<T>(norm, norm.kept, SCALE, unit)) / count));
  const slope = v128.splat<T>(<T>layer.slope);
  for (let position = 0; position < layer.positions; position++) {
    const row = position * layer.units + unit;
    for (let panel = 0; panel < panels; panel++) {
      const at = rowAt(panelAt(layer.gradient, layer.gradientStep, panel), row);
      const from = rowAt(panelAt(layer.raw, layer.rawStep, panel), row);
      for (let j: usize = 0; j < LINE; j += VECTOR) {
        const raw = v128.load(from + j);
        const common = multiplyAdd<T>(v128.sub<T>(raw, mean), ofDeviation, ofMean);
        const gradient = multiplyAdd<T>(v128.load(at + j), scales, common);
        if (below == GATED) v128.store(at + j, gated<T>(gradient, raw));
        else if (below == LEAKING) v128.store(at + j, leakedBack<T>(gradient, raw, slope, false));
        else v128.store(at + j, gradient);
      }
    }
  }
}

/** Takes the gradient at units [from, to) of a training block back through their norm. Mutates it. */
export function carryThroughNorm<T>(layer: Layer, samples: i32, from: i32, to: i32): void {
  const norm = normOf(layer), isAfter = !norm.beforeActivation && layer.activation != LINEAR;
  for (let unit = from; unit < to; unit++) {
    keepGradient<T>(layer, norm, samples, unit);
    if (!isAfter) carryUnit<T>(layer, norm, samples, unit, PLAIN);
    else if (layer.activation == LEAKY) carryUnit<T>(layer, norm, samples, unit, LEAKING);
    else carryUnit<T>(layer, norm, samples, unit, GATED);
  }
}
