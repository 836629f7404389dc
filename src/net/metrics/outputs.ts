import { forward } from '../forward.js';
import type { Matrix } from '../matrix.js';
import type { Network } from '../network.js';
import { type Grid, inputRows } from '../patches.js';
import type { Product } from '../product.js';

/** SampledInputs that are run through a network at once. */
const chunkRows = 256;

/** SampledInputs of a data set [N x d], and where its pixels are. */
export type SampledInputs = { readonly x: Matrix; readonly grid: Grid };

/** A network's outputs on samples, a chunk at a time: those from `first` on. */
export function* outputsOf(
  network: Network,
  { x, grid }: SampledInputs,
  product: Product,
): Generator<{ readonly first: number; readonly output: Matrix }> {
  for (let first = 0; first < x.rows; first += chunkRows) {
    const rows = Math.min(chunkRows, x.rows - first);
    const chunk = { ...x, rows, data: x.data.subarray(first * x.columns, (first + rows) * x.columns) };
    yield { first, output: forward(network, inputRows(chunk, grid), grid, false, product).output };
  }
}
