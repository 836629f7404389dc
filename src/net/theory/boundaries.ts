import { type Matrix, rowNorm } from '../matrix.js';
import type { Affine, Network } from '../network.js';
import type { Evaluated } from './contributions.js';

/** |cos| of two incoming weight vectors, bias included, from which nodes have the same boundary: 11.5 degrees. */
const collinear = 0.98;
/** Share of two kinks that rounding leaves when they cancel. */
const rounding = 1e-9;

/** Incoming weights with the bias as a last column, a row a node. [nodes x in+1] */
export const withBias = ({ weight: { rows, columns, data }, bias }: Affine): Matrix => {
  const out = new Float64Array(rows * (columns + 1));
  for (let k = 0; k < rows; k++) {
    out.set(data.subarray(k * columns, (k + 1) * columns), k * (columns + 1));
    out[k * (columns + 1) + columns] = bias?.[k] ?? 0;
  }
  return { rows, columns: columns + 1, data: out };
};

/** Cosines of every row of one matrix with every row of another; 0 with a row of zeros. [a x b] */
export const cosines = (a: Matrix, b: Matrix): Matrix => {
  const lengths = [a, b].map((nodes) =>
    Float64Array.from({ length: nodes.rows }, (_, k) => rowNorm(nodes, k)),
  );
  const data = new Float64Array(a.rows * b.rows);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < b.rows; j++) {
      let product = 0;
      for (let at = 0; at < a.columns; at++)
        product += a.data[i * a.columns + at] * b.data[j * b.columns + at];
      const whole = lengths[0][i] * lengths[1][j];
      data[i * b.rows + j] = whole === 0 ? 0 : product / whole;
    }
  return { rows: a.rows, columns: b.rows, data };
};

/** Whether a node of the lowest layer bends anything on the samples that it was evaluated on. */
export type Activity = {
  /** Whether it is active on no sample. */
  readonly isDead: boolean;
  /** Whether all samples lie on the active side of its boundary, or of a leaky one on any one side: it is linear there. */
  readonly isAlwaysActive: boolean;
};

/** Of each node. */
export const activitiesOf = ({ network, pass }: Evaluated): Activity[] => {
  const { preActivation, output } = pass.layers[0];
  const { columns, data } = preActivation;
  const [above, below, silent] = [true, true, true].map((yes) => new Array<boolean>(columns).fill(yes));
  for (const [i, value] of data.entries()) {
    const k = i % columns;
    if (value > 0) below[k] = false;
    else above[k] = false;
    if (output.data[i] !== 0) silent[k] = false;
  }
  return silent.map((isDead, k) => ({
    isDead,
    isAlwaysActive: !isDead && (above[k] || (network.slope > 0 && below[k])),
  }));
};

/** Whether it bends nothing: no boundary of it is there to be another node's or observed. */
export const isStraight = ({ isDead, isAlwaysActive }: Activity): boolean => isDead || isAlwaysActive;

/** Nodes as boundaries: incoming weights, the bias last, and which of them bend nothing on the samples. */
export type Boundaries = { readonly incoming: Matrix; readonly isStraight: readonly boolean[] };

const withoutBias = ({ rows, columns, data }: Matrix): Matrix => ({
  rows,
  columns: columns - 1,
  data: data.filter((_, i) => i % columns !== columns - 1),
});

/** Of a pair of which one bends nothing: the smaller cosine, with and without the bias; 0 where these are opposed. */
const straightCosine = (whole: number, direction: number, areBoth: boolean): number => {
  const isOpposed = whole * direction <= 0 || (areBoth && whole < 0);
  if (isOpposed) return 0;
  return Math.abs(direction) < Math.abs(whole) ? direction : whole;
};

/**
 * Cosines of incoming weights, bias included. A boundary that no sample crosses is told by its bias alone: nodes that are
 * always active would all have the same one, and dead nodes its mirror image. There the direction counts as well, and the side.
 */
export const boundaryCosines = (a: Boundaries, b: Boundaries): Matrix => {
  const whole = cosines(a.incoming, b.incoming);
  if (![...a.isStraight, ...b.isStraight].includes(true)) return whole;
  const directions = cosines(withoutBias(a.incoming), withoutBias(b.incoming));
  const data = whole.data.map((cosine, at) => {
    const [first, second] = [a.isStraight[Math.floor(at / whole.columns)], b.isStraight[at % whole.columns]];
    return first || second ? straightCosine(cosine, directions.data[at], first && second) : cosine;
  });
  return { ...whole, data };
};

/** The columns of a row whose nodes have the same boundary: their active side may be the same or the other one. */
export const sameBoundary = ({ columns, data }: Matrix, row: number): number[] =>
  Array.from({ length: columns }, (_, column) => column).filter(
    (column) => Math.abs(data[row * columns + column]) > collinear,
  );

/** The node of a row whose boundary is nearest: angle in degrees from 0 to 90, and whether its active side is the other one. */
export const nearestBoundary = (
  { columns, data }: Matrix,
  row: number,
): { readonly node: number; readonly angle: number; readonly isMirror: boolean } => {
  let node = 0;
  for (let column = 1; column < columns; column++)
    if (Math.abs(data[row * columns + column]) > Math.abs(data[row * columns + node])) node = column;
  const cosine = data[row * columns + node];
  return { node, angle: (Math.acos(Math.min(1, Math.abs(cosine))) * 180) / Math.PI, isMirror: cosine < 0 };
};

/** sum over nodes of |w_k| v_k, by output: the kink that they make together at their boundary, whichever side each is active on. */
export const kinkOf = (incoming: Matrix, network: Network, nodes: readonly number[]): Float64Array => {
  const { weight } = network.final;
  const sum = new Float64Array(weight.rows);
  for (const k of nodes) {
    const length = (1 - network.slope) * rowNorm(incoming, k);
    for (let o = 0; o < sum.length; o++) sum[o] += length * weight.data[o * weight.columns + k];
  }
  return sum;
};

const lengthOf = (values: Float64Array): number => Math.hypot(...values);

/**
 * What a boundary's kink lacks: || sum |w*_j| v*_j - sum |w_k| v_k || over the teacher and student nodes that share it, as
 * a share of the teacher nodes' kink. Of teacher nodes that cancel each other it is a share of the kink that each makes
 * alone. Source: derived from Tian 2019, networks of one hidden layer.
 */
export const residualOf = (
  teacher: { readonly network: Network; readonly incoming: Matrix; readonly nodes: readonly number[] },
  student: { readonly network: Network; readonly incoming: Matrix; readonly nodes: readonly number[] },
): number => {
  const wanted = kinkOf(teacher.incoming, teacher.network, teacher.nodes);
  const found = kinkOf(student.incoming, student.network, student.nodes);
  const alone = teacher.nodes.reduce(
    (sum, j) => sum + lengthOf(kinkOf(teacher.incoming, teacher.network, [j])),
    0,
  );
  const whole = lengthOf(wanted) > rounding * alone ? lengthOf(wanted) : alone;
  return whole === 0 ? 0 : lengthOf(wanted.map((value, o) => value - found[o])) / whole;
};
