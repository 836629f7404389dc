// Whole steps: sample or take the rows, forward, back-propagate, update.
import { addProduct, drain } from './accumulate';
import { forward } from './forward';
import { multiplyTransposed } from './multiply';
import { copyRow, touch } from './rows';
import { nextIndex } from './sampler';
import {
  batchSize, blockIndices, blockInputs, blockRows, blockTargets, delta1, delta2, diverged, featuresFixed, hidden,
  hiddenStride, hiddenUnits, inputStride, inputs, inputUnits, learningRate, nodeGradient, nodes, noBias,
  normalizeStudent, noteLoss, outputStride, outputs, relu, residual, topLayerFixed, trainInputs,
  trainRows, trainTargets, w1, w2,
} from './state';
import { multiplyAdd, VECTOR, zero } from './vector';

/** Draws every row from the sampler. */
const SAMPLED: usize = 0;
/** Takes the training set in order. */
const WHOLE_SET: usize = 1;

/**
 * Copies training rows into the block, from the sampler or from a list of indices. All rows are touched before
 * the first is copied: their cache misses overlap, where copying alone waits for one row after the other.
 */
function gather(rows: i32, indices: usize): void {
  if (indices == SAMPLED) {
    indices = blockIndices;
    for (let r: usize = 0; r < <usize>rows; r++) store<i32>(indices + (r << 2), nextIndex(trainRows));
  }
  for (let r: usize = 0; r < <usize>rows; r++) {
    const index = <usize>load<i32>(indices + (r << 2));
    touch(trainInputs + index * inputStride, inputStride);
    touch(trainTargets + index * outputStride, outputStride);
  }
  for (let r: usize = 0; r < <usize>rows; r++) {
    const index = <usize>load<i32>(indices + (r << 2));
    copyRow(blockInputs + r * inputStride, trainInputs + index * inputStride, inputStride);
    copyRow(blockTargets + r * outputStride, trainTargets + index * outputStride, outputStride);
  }
}

/** The gradient of the constant unit and of padding columns must not reach w1. */
function clearConstantGradient<T>(rows: i32): void {
  const first = nodeGradient + (<usize>nodes) * sizeof<T>();
  const end = nodeGradient + hiddenStride;
  for (let r: usize = 0; r < <usize>rows; r++)
    for (let p = first; p < end; p += sizeof<T>()) store<T>(p + r * hiddenStride, <T>0);
}

/** Adds scale times the block's deltas to two matrices shaped like w1 and w2. */
function addDeltas<T>(rows: i32, x: usize, into1: usize, into2: usize, scale: T): void {
  if (!featuresFixed) {
    multiplyTransposed<T>(
      rows, residual, outputStride, outputStride, w2, hiddenUnits,
      nodeGradient, hidden, hiddenStride, i32x4.splat(relu ? -1 : 0),
    );
    clearConstantGradient<T>(rows);
    addProduct<T>(
      rows, x, inputStride, inputUnits, nodeGradient, hiddenStride, hiddenStride, into1, hiddenStride, scale,
    );
  }
  if (!topLayerFixed)
    addProduct<T>(
      rows, hidden, hiddenStride, hiddenUnits, residual, outputStride, outputStride, into2, outputStride, scale,
    );
}

/** Rescales the columns of w1 to unit length without the bias row; columns of zeros, padding too, stay. */
function normalizeColumns<T>(): void {
  const depth = inputs - 1;
  const one = v128.splat<T>(<T>1);
  for (let j: usize = 0; j < hiddenStride; j += VECTOR) {
    let sum = zero();
    for (let i = 0; i < depth; i++) {
      const w = v128.load(w1 + (<usize>i) * hiddenStride + j);
      sum = v128.add<T>(sum, v128.mul<T>(w, w));
    }
    const norm = v128.bitselect(one, v128.sqrt<T>(sum), v128.eq<T>(sum, zero()));
    for (let i = 0; i < depth; i++) {
      const p = w1 + (<usize>i) * hiddenStride + j;
      v128.store(p, v128.div<T>(v128.load(p), norm));
    }
  }
}

function enforceRule<T>(): void {
  if (normalizeStudent && !featuresFixed) normalizeColumns<T>();
  if (noBias) {
    memory.fill(w1 + (<usize>(inputs - 1)) * hiddenStride, 0, hiddenStride);
    memory.fill(w2 + (<usize>nodes) * outputStride, 0, outputStride);
  }
}

/** A batch that fits a block: both deltas go straight to the weights. */
function smallStep<T>(indices: usize): f64 {
  gather(batchSize, indices);
  const sum = forward<T>(batchSize, blockInputs, blockTargets);
  addDeltas<T>(batchSize, blockInputs, w1, w2, <T>(learningRate / <f64>batchSize));
  return sum;
}

/** A larger batch: block after block adds to the deltas, the weights change once. */
function largeStep<T>(source: usize): f64 {
  let sum: f64 = 0;
  for (let start = 0; start < batchSize; start += blockRows) {
    const rows = min<i32>(blockRows, batchSize - start);
    let x = blockInputs, target = blockTargets;
    if (source == WHOLE_SET) {
      x = trainInputs + (<usize>start) * inputStride;
      target = trainTargets + (<usize>start) * outputStride;
    } else {
      gather(rows, source == SAMPLED ? SAMPLED : source + ((<usize>start) << 2));
    }
    sum += forward<T>(rows, x, target);
    addDeltas<T>(rows, x, delta1, delta2, <T>1);
  }
  const scale = <T>(learningRate / <f64>batchSize);
  if (!featuresFixed) drain<T>(w1, delta1, (<usize>inputUnits) * hiddenStride, scale);
  if (!topLayerFixed) drain<T>(w2, delta2, (<usize>hiddenUnits) * outputStride, scale);
  return sum;
}

/**
 * Runs steps; `source` is SAMPLED, WHOLE_SET, or points to [steps x batchSize] row indices. Returns the steps
 * carried out: fewer when a loss stopped being finite, that step included.
 */
@inline
function train<T>(steps: i32, source: usize): i32 {
  const elements = <f64>batchSize * <f64>outputs;
  const indexBytes = source > WHOLE_SET ? (<usize>batchSize) << 2 : 0;
  for (let step = 0; step < steps; step++) {
    const sum =
      batchSize <= blockRows && source != WHOLE_SET ? smallStep<T>(source) : largeStep<T>(source);
    source += indexBytes;
    enforceRule<T>();
    noteLoss(sum / elements);
    if (diverged) return step + 1;
  }
  return steps;
}

export function trainFloat32(steps: i32, source: usize): i32 {
  return train<f32>(steps, source);
}

export function trainFloat64(steps: i32, source: usize): i32 {
  return train<f64>(steps, source);
}
