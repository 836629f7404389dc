import { square } from '../arithmetic/power.js';
import { forward } from '../forward.js';
import { type Matrix, takeColumns } from '../matrix.js';
import { bestMatchOfStudent } from '../metrics/best-match.js';
import { correlation, sumOfSquaresFloor } from '../metrics/correlation.js';
import type { Network } from '../network.js';
import { fanOutNorms, nodesOf } from '../nodes.js';
import { contributionsAt, type Evaluated } from './contributions.js';
import { type EvaluatedSet, spreadRows } from './evaluated-set.js';
import { withoutNorms } from './without-norms.js';

/** The student nodes of a layer above the lowest as points of the paper's deep L-shape. */
export type UpperLayer = {
  /** Best correlation of each node with a teacher node on the training samples. */
  readonly correlation: readonly number[];
  /** sqrt(E beta_kk) of each; the norm of its fan-out weights in convolutional networks. */
  readonly fanOutNorm: readonly number[];
};

/** sqrt of the mean over some samples of |V_l(x)|^2, by node of a dense student's layer. */
const contributionNorms = (student: Evaluated, layer: number, samples: readonly number[]): Float64Array => {
  const squares = new Float64Array(nodesOf(student.network, layer));
  for (const sample of samples) {
    const { rows, columns, data } = contributionsAt(student, sample, layer);
    for (let o = 0; o < rows; o++)
      for (let k = 0; k < squares.length; k++) squares[k] += square(data[o * columns + k]) / samples.length;
  }
  return squares.map(Math.sqrt);
};

/**
 * sqrt(E beta_kk) of the nodes of every hidden layer of a dense student, lowest first, over so many rows of x [N x d] evenly
 * spread: the height of the paper's deep L-shape. Batch norm by its running statistics; null for convolutions.
 */
export const contributionNormsOf = (network: Network, x: Matrix, samples: number): Float64Array[] | null => {
  if (network.convolutional) return null;
  const student = withoutNorms(network);
  const rows = spreadRows(x, samples);
  const pass = forward(student, rows, { height: 1, width: 1 }, false);
  const all = [...Array(rows.rows).keys()];
  return student.hidden.map((_, layer) => contributionNorms({ network: student, pass }, layer, all));
};

/** Of the layers above the lowest. `samples`: those that E is over, none where the forms cannot be had. */
export const upperLayers = (
  training: EvaluatedSet,
  activeNodes: readonly (readonly number[])[],
  samples: readonly number[],
): UpperLayer[] =>
  activeNodes.slice(1).map((nodes, at) => {
    const layer = at + 1;
    const { teacher, student } = training;
    const matches = correlation(
      takeColumns(teacher.pass.layers[layer].output, nodes),
      student.pass.layers[layer].output,
      sumOfSquaresFloor,
    );
    const norms =
      samples.length > 0 ? contributionNorms(student, layer, samples) : fanOutNorms(student.network, layer);
    return {
      correlation: Array.from(bestMatchOfStudent(matches).correlation),
      fanOutNorm: Array.from(norms),
    };
  });
