import {
  copyNetwork,
  editTrained,
  fanOutWeights,
  type Matrix,
  type Network,
  type RandomStream,
  zeros,
} from '../../net/index.js';
import { addRelativeNoise } from './noise.js';
import { valuesOf, writeValues } from './student-layer.js';

/** A teacher with Gaussian noise of `scale` times each array's root-mean-square on all weights. Advances `random`. */
export const drifted = (teacher: Network, scale: number, random: RandomStream): Network => {
  const moved = copyNetwork(teacher);
  editTrained(moved, (data) => addRelativeNoise(data, scale, random));
  return moved;
};

/** A teacher two of whose nodes have exchanged their fan-out weights. */
export const withSwappedFanOut = (
  teacher: Network,
  layer: number,
  [first, second]: readonly [number, number],
): Network => {
  const moved = copyNetwork(teacher);
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

const withRow = ({ rows, columns, data }: Matrix, row: readonly number[]): Matrix => ({
  rows: rows + 1,
  columns,
  data: Float64Array.of(...data, ...row),
});

/**
 * A dense teacher of one hidden layer with one node more, its last: a direction drawn at random, of length 1 as the
 * others are, the bias of the first node, and fan-out weights of length `strength` in a direction drawn at random.
 * Advances `random`.
 */
export const withNode = (teacher: Network, strength: number, random: RandomStream): Network => {
  const { final } = teacher;
  const [{ weight, bias, norm }] = teacher.hidden;
  const weights = direction(weight.columns, random);
  const fanOut = direction(final.weight.rows, random).map((value) => strength * value);
  const wider = { weight: withRow(weight, weights), bias: bias && Float64Array.of(...bias, bias[0]), norm };
  return { ...teacher, hidden: [wider], final: { ...final, weight: withColumn(final.weight, fanOut) } };
};
