// Loss, ranks and metrics of the student on a stretch of a data set, and a network's units for other uses.
import { CROSS_ENTROPY } from './loss';
import { RANK, STATISTICS } from './phases';
import { layerAt, Network } from './records';
import { perform } from './team';
import { blockLoss, forwardBlock } from './train';

/** Lists rows [first, first + count) as the next block. */
function listRange(network: Network, set: usize, first: i32, count: i32): void {
  network.set = set;
  network.rows = count;
  for (let i = 0; i < count; i++) store<i32>(network.list + ((<usize>i) << 2), first + i);
}

/**
 * Sum of the losses over rows [first, first + count) of a data set. With `metrics`, adds to the sums of every hidden
 * layer that has teacher units (in memory from row `first` on), and counts the ranks of the labels.
 */
export function evaluate<T>(network: Network, set: usize, first: i32, count: i32, metrics: bool): f64 {
  let sum: f64 = 0;
  for (let row = 0; row < count; row += network.block) {
    listRange(network, set, first + row, min<i32>(network.block, count - row));
    network.teacherRow = row;
    forwardBlock<T>(network);
    if (metrics && network.loss == CROSS_ENTROPY) perform<T>(network, RANK, 0);
    if (metrics) {
      for (let l = 0; l < network.layerCount - 1; l++)
        if (layerAt(network, l).teacherUnits) perform<T>(network, STATISTICS, l);
    }
    sum += blockLoss<T>(network);
  }
  return sum;
}

/** Units of every layer on rows [first, first + count) of a data set: at most a block. */
export function forward<T>(network: Network, set: usize, first: i32, count: i32): void {
  listRange(network, set, first, count);
  forwardBlock<T>(network);
}
