// Loss, ranks and metrics of the student on a stretch of a data set, and a network's units for other uses.
import { CROSS_ENTROPY } from './panel-loss';
import { CORRELATE, RANK, READ, STATISTICS } from './phases';
import { layerAt, NetworkRecord } from './host-records';
import { perform } from './shared-phases';
import { blockLoss, forwardBlock, forwardLayers } from './train';

/** Most samples that are evaluated at once: what an evaluation adds up in float32 goes over to doubles after them. */
const BLOCK: i32 = 128;

/** Lists rows [first, first + count) as the next block. */
function listRange(network: NetworkRecord, set: usize, first: i32, count: i32): void {
  network.set = set;
  network.training = 0;
  network.rows = count;
  for (let i = 0; i < count; i++) store<i32>(network.list + ((<usize>i) << 2), first + i);
}

/** Adds a block to the sums of every hidden layer that has teacher units, in one kind of phase. */
function addToSums<T>(network: NetworkRecord, kind: i32): void {
  for (let l = 0; l < network.layerCount - 1; l++)
    if (layerAt(network, l).teacherUnits) perform<T>(network, kind, l);
}

/**
 * Sum of the losses over rows [first, first + count) of a data set. With `metrics`, adds to the sums of every hidden
 * layer that has teacher units (in memory from row `first` on), and counts the ranks of the labels.
 */
export function evaluate<T>(network: NetworkRecord, set: usize, first: i32, count: i32, metrics: bool): f64 {
  const block = min<i32>(network.block, BLOCK);
  let sum: f64 = 0;
  for (let row = 0; row < count; row += block) {
    listRange(network, set, first + row, min<i32>(block, count - row));
    network.teacherRow = row;
    forwardBlock<T>(network);
    if (metrics && network.loss == CROSS_ENTROPY) perform<T>(network, RANK, 0);
    if (metrics) addToSums<T>(network, STATISTICS);
    sum += blockLoss<T>(network);
  }
  return sum;
}

/** Adds rows [first, first + count) of a data set to what the correlations of every hidden layer need: as `evaluate` does, without the head. */
export function correlate<T>(network: NetworkRecord, set: usize, first: i32, count: i32): void {
  const block = min<i32>(network.block, BLOCK);
  for (let row = 0; row < count; row += block) {
    listRange(network, set, first + row, min<i32>(block, count - row));
    network.teacherRow = row;
    perform<T>(network, READ, 0);
    forwardLayers<T>(network, network.layerCount - 1);
    addToSums<T>(network, CORRELATE);
  }
}

/** Units of every layer on rows [first, first + count) of a data set: at most a block. */
export function forward<T>(network: NetworkRecord, set: usize, first: i32, count: i32): void {
  listRange(network, set, first, count);
  perform<T>(network, READ, 0);
  forwardLayers<T>(network, network.layerCount);
}
