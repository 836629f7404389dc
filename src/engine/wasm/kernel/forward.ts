// Forward pass of a block of rows, shared by training and evaluation.
import { HIDDEN, multiply, RESIDUAL } from './multiply';
import {
  hidden, hiddenStride, inputStride, inputs, nodes, outputStride, outputs, relu, residual, w1, w2,
} from './state';
import { horizontalSum, multiplyAdd, VECTOR, zero } from './vector';

/** Sum of squares of the block's residuals, rows added up in double precision. */
function sumOfSquares<T>(rows: i32): f64 {
  let sum: f64 = 0;
  const end = residual + (<usize>rows) * outputStride;
  for (let row = residual; row < end; row += outputStride) {
    let acc = zero();
    for (let j: usize = 0; j < outputStride; j += VECTOR) {
      const r = v128.load(row + j);
      acc = multiplyAdd<T>(r, r, acc);
    }
    sum += horizontalSum<T>(acc);
  }
  return sum;
}

/** Hidden units and residuals of a block. Returns the sum of squares of the residuals. */
export function forward<T>(rows: i32, x: usize, target: usize): f64 {
  const threshold = v128.splat<T>(relu ? <T>0 : <T>-Infinity);
  multiply<T>(
    rows, x, inputStride, inputs, w1, hiddenStride, hidden, hiddenStride, hiddenStride, 0, HIDDEN, threshold,
  );
  const constant = hidden + (<usize>nodes) * sizeof<T>();
  for (let r = 0; r < rows; r++) store<T>(constant + (<usize>r) * hiddenStride, <T>1);
  multiply<T>(
    rows, hidden, hiddenStride, nodes + 1, w2, outputStride,
    residual, outputStride, outputStride, target, RESIDUAL, threshold,
  );
  return sumOfSquares<T>(rows);
}
