import { forward } from '../forward.js';
import { type Matrix, takeColumns } from '../matrix.js';
import { bestMatchOfStudent } from '../metrics/best-match.js';
import { correlation, sumOfSquaresFloor } from '../metrics/correlation.js';
import type { Network } from '../network.js';
import { fanOutNorms } from '../nodes.js';
import { ContributionNorms, contributionsAt } from './contributions.js';
import { type EvaluatedSet, spreadRows } from './evaluated-set.js';
import type { Forms } from './forms.js';
import { withoutNorms } from './without-norms.js';

/** The student nodes of a layer above the lowest as points of the paper's deep L-shape. */
export type UpperLayer = {
  /** Best correlation of each node with a teacher node on the training samples. */
  readonly correlation: readonly number[];
  /** sqrt(E beta_kk) of each; the norm of its fan-out weights in convolutional networks. */
  readonly fanOutNorm: readonly number[];
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
  const norms = new ContributionNorms(student, rows.rows);
  for (let i = 0; i < rows.rows; i++) norms.add(contributionsAt({ network: student, pass }, i));
  return norms.norms();
};

/** Of the layers above the lowest. `forms`: of the lowest; null where they cannot be had. */
export const upperLayers = (
  training: EvaluatedSet,
  activeNodes: readonly (readonly number[])[],
  forms: Forms | null,
): UpperLayer[] =>
  activeNodes.slice(1).map((nodes, at) => {
    const layer = at + 1;
    const { teacher, student } = training;
    const matches = correlation(
      takeColumns(teacher.pass.layers[layer].output, nodes),
      student.pass.layers[layer].output,
      sumOfSquaresFloor,
    );
    const norms = forms ? forms.contributionNorms()[layer] : fanOutNorms(student.network, layer);
    return {
      correlation: Array.from(bestMatchOfStudent(matches).correlation),
      fanOutNorm: Array.from(norms),
    };
  });
