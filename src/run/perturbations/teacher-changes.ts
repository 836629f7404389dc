import {
  copyDeepNetwork,
  copyTwoLayer,
  fanOutWeights,
  isTwoLayer,
  type Matrix,
  type Network,
  type RandomStream,
  type TwoLayer,
  trainedArraysOf,
  zeros,
} from '../../net/index.js';
import { addRelativeNoise } from './noise.js';
import { valuesOf, writeValues } from './student-layer.js';

const copyOf = (network: Network): Network =>
  isTwoLayer(network) ? copyTwoLayer(network) : copyDeepNetwork(network);

/** A teacher with Gaussian noise of `scale` times each array's root-mean-square on all weights. Advances `random`. */
export const drifted = (teacher: Network, scale: number, random: RandomStream): Network => {
  const moved = copyOf(teacher);
  for (const data of trainedArraysOf(moved)) addRelativeNoise(data, scale, random);
  return moved;
};

/** A teacher two of whose nodes have exchanged their fan-out weights. */
export const withSwappedFanOut = (
  teacher: Network,
  layer: number,
  [first, second]: readonly [number, number],
): Network => {
  const moved = copyOf(teacher);
  const [ofFirst, ofSecond] = [fanOutWeights(moved, layer, first), fanOutWeights(moved, layer, second)];
  const kept = valuesOf(ofFirst);
  writeValues(ofFirst, valuesOf(ofSecond));
  writeValues(ofSecond, kept);
  return moved;
};

/** Draws a direction of length 1. */
const direction = (length: number, random: RandomStream): number[] => {
  const drawn = Array.from({ length }, () => random.nextNormal());
  const norm = Math.hypot(...drawn);
  return drawn.map((value) => value / norm);
};

const withColumn = ({ rows, columns, data }: Matrix, column: readonly number[]): Matrix => {
  const wider = zeros(rows, columns + 1);
  for (let i = 0; i < rows; i++) {
    wider.data.set(data.subarray(i * columns, (i + 1) * columns), i * (columns + 1));
    wider.data[i * (columns + 1) + columns] = column[i];
  }
  return wider;
};

/** A row more, before the last one, which is that of the biases. */
const withRowBeforeLast = ({ rows, columns, data }: Matrix, row: readonly number[]): Matrix => {
  const taller = zeros(rows + 1, columns);
  const cut = (rows - 1) * columns;
  taller.data.set(data.subarray(0, cut));
  taller.data.set(row, cut);
  taller.data.set(data.subarray(cut), cut + columns);
  return taller;
};

/**
 * A teacher with one node more, its last: a direction drawn at random, of length 1 as the others are, the bias of the
 * first node, and fan-out weights of length `strength` in a direction drawn at random. Advances `random`.
 */
export const withNode = ({ w1, w2 }: TwoLayer, strength: number, random: RandomStream): TwoLayer => {
  const weights = direction(w1.rows - 1, random);
  const bias = w1.data[(w1.rows - 1) * w1.columns];
  const wider = withColumn(w1, [...weights, bias]);
  const fanOut = direction(w2.columns, random).map((value) => strength * value);
  return { w1: wider, w2: withRowBeforeLast(w2, fanOut) };
};
