import type { RandomStream } from '../../net/index.js';

const rootMeanSquare = (values: readonly number[] | Float64Array): number => {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum / values.length);
};

/** Adds Gaussian noise of `scale` times an array's root-mean-square to it. Mutates `data`; advances `random`. */
export const addRelativeNoise = (
  data: number[] | Float64Array,
  scale: number,
  random: RandomStream,
): void => {
  const deviation = scale * rootMeanSquare(data);
  for (let i = 0; i < data.length; i++) data[i] += deviation * random.nextNormal();
};
