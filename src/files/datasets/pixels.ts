import { type Matrix, zeros } from '../../net/index.js';

/** Mean and standard deviation of a channel over a data set's training images, of values in [0, 1]. */
export type ChannelStatistics = { readonly mean: number; readonly deviation: number };

/**
 * Standardized values of the first `samples` images. `pixels`: bytes, [images x channels x positions]; returns
 * [samples x channels * positions], channels outermost as PyTorch flattens.
 */
export const standardizedImages = (
  pixels: Uint8Array,
  samples: number,
  positions: number,
  channels: readonly ChannelStatistics[],
): Matrix => {
  const out = zeros(samples, channels.length * positions);
  for (let i = 0; i < out.data.length; i++) {
    const { mean, deviation } = channels[Math.floor(i / positions) % channels.length];
    out.data[i] = (pixels[i] / 255 - mean) / deviation;
  }
  return out;
};
