import { type Matrix, rowNorm, transpose } from '../matrix.js';
import type { Affine, Network } from '../network.js';
import { cosine } from './theory-quantities.js';

/** |cos| of two incoming weight vectors, bias included, from which nodes are collinear. */
const collinear = 0.98;

/** Incoming weights with the bias as a last column, a row a node. [nodes x in+1] */
export const withBias = ({ weight: { rows, columns, data }, bias }: Affine): Matrix => {
  const out = new Float64Array(rows * (columns + 1));
  for (let k = 0; k < rows; k++) {
    out.set(data.subarray(k * columns, (k + 1) * columns), k * (columns + 1));
    out[k * (columns + 1) + columns] = bias?.[k] ?? 0;
  }
  return { rows, columns: columns + 1, data: out };
};

/** Incoming weights of nodes, bias included, and fan-out weights, a row a node. */
type Nodes = { readonly incoming: Matrix; readonly fanOut: Matrix };

const nodesIn = ({ hidden, final }: Network): Nodes => ({
  incoming: withBias(hidden[0]),
  fanOut: transpose(final.weight),
});

const residualOf = (teacher: Nodes, student: Nodes, j: number): number => {
  const length = rowNorm(teacher.incoming, j);
  const rest = teacher.fanOut.data
    .slice(j * teacher.fanOut.columns, (j + 1) * teacher.fanOut.columns)
    .map((value) => value * length);
  const whole = Math.hypot(...rest);
  for (let k = 0; k < student.incoming.rows; k++) {
    if (cosine(teacher.incoming, j, student.incoming, k) <= collinear) continue;
    const scale = rowNorm(student.incoming, k);
    for (let o = 0; o < rest.length; o++) rest[o] -= scale * student.fanOut.data[k * rest.length + o];
  }
  return whole === 0 ? 0 : Math.hypot(...rest) / whole;
};

/**
 * || |w*_j| v*_j - sum over collinear k of |w_k| v_k || / (|w*_j| |v*_j|) of teacher nodes; NaN below further hidden
 * layers, where fan-out weights cannot be compared. A node of the opposite direction is never collinear, since its ReLU
 * is another. Source: derived from Tian 2019, networks of one hidden layer.
 */
export const residuals = (teacher: Network, student: Network, nodes: readonly number[]): number[] => {
  if (teacher.hidden.length > 1) return nodes.map(() => Number.NaN);
  const [of, from] = [nodesIn(teacher), nodesIn(student)];
  return nodes.map((j) => residualOf(of, from, j));
};
