import { square } from '../arithmetic/power.js';
import { takeColumns } from '../matrix.js';
import { bestMatchOfStudent } from '../metrics/best-match.js';
import { correlation, sumOfSquaresFloor } from '../metrics/correlation.js';
import { fanOutNorms, nodesOf } from '../nodes.js';
import { contributionsAt } from './contributions.js';
import type { EvaluatedSet } from './evaluated-set.js';

/** The student nodes of a layer above the lowest as points of the paper's deep L-shape. */
export type UpperLayer = {
  /** Best correlation of each node with a teacher node on the training samples. */
  readonly correlation: readonly number[];
  /** sqrt(E beta_kk) of each; the norm of its fan-out weights in convolutional networks. */
  readonly fanOutNorm: readonly number[];
};

/** sqrt of the mean over the first samples of |V_l(x)|^2, by node of a dense student's layer. */
const contributionNorms = ({ student }: EvaluatedSet, layer: number, samples: number): Float64Array => {
  const squares = new Float64Array(nodesOf(student.network, layer));
  for (let i = 0; i < samples; i++) {
    const { rows, columns, data } = contributionsAt(student, i, layer);
    for (let o = 0; o < rows; o++)
      for (let k = 0; k < squares.length; k++) squares[k] += square(data[o * columns + k]) / samples;
  }
  return squares.map(Math.sqrt);
};

/** Of the layers above the lowest. `samples`: those that E is over, 0 where the forms cannot be had. */
export const upperLayers = (
  training: EvaluatedSet,
  activeNodes: readonly (readonly number[])[],
  samples: number,
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
      samples > 0 ? contributionNorms(training, layer, samples) : fanOutNorms(student.network, layer);
    return {
      correlation: Array.from(bestMatchOfStudent(matches).correlation),
      fanOutNorm: Array.from(norms),
    };
  });
