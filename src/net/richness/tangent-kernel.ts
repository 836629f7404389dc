import { backward } from '../backward.js';
import { forward, type Pass } from '../forward.js';
import { type Matrix, zeros } from '../matrix.js';
import type { Network } from '../network.js';

const dense = { height: 1, width: 1 };

/** Why the tangent kernel of a network is not computed; null where it is. */
export const kernelObstacle = ({ convolutional, hidden }: Network): string | null => {
  if (convolutional) return 'convolutions share their weights between positions';
  return hidden.some(({ norm }) => norm) ? 'batch norm ties samples together' : null;
};

/** 1 in one column. */
const oneOutput = ({ rows, columns }: Matrix, output: number): Matrix => {
  const out = zeros(rows, columns);
  for (let i = 0; i < rows; i++) out.data[i * columns + output] = 1;
  return out;
};

const dotOfRows = ({ columns, data }: Matrix, i: number, j: number): number => {
  let sum = 0;
  for (let k = 0; k < columns; k++) sum += data[i * columns + k] * data[j * columns + k];
  return sum;
};

/** What each layer read, the head last. */
const readsOf = ({ layers, headInput }: Pass): Matrix[] => [...layers.map(({ input }) => input), headInput];

/**
 * The tangent kernel of a dense network over samples [N x d], summed over its outputs: K(x, x') = sum_o dy_o(x)/dw . dy_o(x')/dw,
 * all weights and biases taken as trained. [N x N]. Source: Jacot, Gabriel and Hongler 2018.
 */
export const tangentKernel = (network: Network, x: Matrix): Matrix => {
  const pass = forward(network, x, dense, false);
  const layers = [...network.hidden, network.final];
  // A layer's gradient is what arrives times what it read: products of samples are products of both.
  const products = readsOf(pass).map((read, l) => {
    const out = zeros(x.rows, x.rows);
    for (let i = 0; i < x.rows; i++)
      for (let j = 0; j <= i; j++)
        out.data[i * x.rows + j] = dotOfRows(read, i, j) + (layers[l].bias ? 1 : 0);
    return out;
  });
  const kernel = zeros(x.rows, x.rows);
  for (let output = 0; output < pass.output.columns; output++)
    for (const [l, { arriving }] of backward(network, pass, oneOutput(pass.output, output)).entries())
      for (let i = 0; i < x.rows; i++)
        for (let j = 0; j <= i; j++)
          kernel.data[i * x.rows + j] += products[l].data[i * x.rows + j] * dotOfRows(arriving, i, j);
  for (let i = 0; i < x.rows; i++)
    for (let j = 0; j < i; j++) kernel.data[j * x.rows + i] = kernel.data[i * x.rows + j];
  return kernel;
};

const product = (a: Matrix, b: Matrix): number =>
  a.data.reduce((sum, value, i) => sum + value * b.data[i], 0);

/**
 * How much a kernel has turned: 1 - <K, K0> / (|K| |K0|), 0 where it is a multiple of what it was.
 * Source: Fort, Dziugaite, Paul, Kharaghani, Roy and Ganguli 2020, "Deep learning versus kernel learning".
 */
export const kernelDistance = (a: Matrix, b: Matrix): number =>
  Math.max(0, 1 - product(a, b) / Math.sqrt(product(a, a) * product(b, b)));
