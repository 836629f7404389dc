import { forward } from '../forward.js';
import { argMax, type LossName, lossGradient } from '../loss.js';
import { type Matrix, takeRows, zeros } from '../matrix.js';
import type { Network } from '../network.js';
import { type Grid, inputRows } from '../patches.js';
import type { Evaluated } from './contributions.js';

/** Both networks on samples of a data set. */
export type EvaluatedSet = {
  readonly teacher: Evaluated;
  readonly student: Evaluated;
  /** What the teacher asks for: its outputs, or one at its class. [samples x c] */
  readonly target: Matrix;
  /** What descent adds to the student's outputs: target minus outputs, or minus their softmax. [samples x c] */
  readonly error: Matrix;
  /** Samples looked at, and samples in the set. */
  readonly samples: number;
  readonly of: number;
};

/** At most so many of `of` places, evenly spread: a set suggested by the theory is in the order of the teacher nodes. */
export const spread = (of: number, count: number): number[] =>
  Array.from({ length: Math.min(of, count) }, (_, i) => Math.floor((i * of) / Math.min(of, count)));

/** At most so many rows, evenly spread. */
export const spreadRows = (x: Matrix, count: number): Matrix =>
  count >= x.rows ? x : takeRows(x, spread(x.rows, count));

const classes = (outputs: Matrix): Matrix => {
  const out = zeros(outputs.rows, outputs.columns);
  for (let i = 0; i < outputs.rows; i++) {
    const start = i * outputs.columns;
    out.data[start + argMax(outputs.data.subarray(start, start + outputs.columns))] = 1;
  }
  return out;
};

const errorOf = (loss: LossName, output: Matrix, target: Matrix): Matrix => {
  if (loss !== 'cross-entropy')
    return { ...output, data: output.data.map((value, i) => target.data[i] - value) };
  const { gradient, divisor } = lossGradient(loss, output, target);
  return { ...gradient, data: gradient.data.map((value) => (-value * output.rows) / divisor) };
};

/** Runs both networks on at most `most` rows of a data set [N x d]. */
export const evaluateSet = (
  teacher: Network,
  student: Network,
  { x, grid, loss, most }: { readonly x: Matrix; grid: Grid; loss: LossName; most: number },
): EvaluatedSet => {
  const samples = spreadRows(x, most);
  const inputs = inputRows(samples, grid);
  const evaluated = (network: Network): Evaluated => ({
    network,
    pass: forward(network, inputs, grid, false),
  });
  const [of, from] = [evaluated(teacher), evaluated(student)];
  const outputs = of.pass.output;
  return {
    teacher: of,
    student: from,
    target: loss === 'cross-entropy' ? classes(outputs) : outputs,
    error: errorOf(loss, from.pass.output, outputs),
    samples: samples.rows,
    of: x.rows,
  };
};
