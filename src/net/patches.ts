import { kernelSide } from '../experiment/index.js';
import { type Matrix, zeros } from './matrix.js';

/**
 * The positions of a layer's units: 1 x 1 for a dense layer, the image for a convolutional one. Activations
 * over a grid are [samples * height * width x channels], positions row by row within each sample, so that
 * every position is a row like any other sample.
 */
export type Grid = { readonly height: number; readonly width: number };

export const shrink = (grid: Grid): Grid => ({
  height: grid.height - kernelSide + 1,
  width: grid.width - kernelSide + 1,
});

/** Calls back with (index in the image rows, index in the patch rows) of every pair that holds the same number. */
const forEachTap = (
  samples: number,
  channels: number,
  grid: Grid,
  visit: (image: number, patch: number) => void,
): void => {
  const out = shrink(grid);
  const taps = kernelSide * kernelSide;
  for (let s = 0; s < samples; s++)
    for (let y = 0; y < out.height; y++)
      for (let x = 0; x < out.width; x++) {
        const row = (s * out.height + y) * out.width + x;
        for (let tap = 0; tap < taps; tap++) {
          const imageRow = (s * grid.height + y + Math.floor(tap / kernelSide)) * grid.width;
          const image = (imageRow + x + (tap % kernelSide)) * channels;
          for (let channel = 0; channel < channels; channel++)
            visit(image + channel, (row * channels + channel) * taps + tap);
        }
      }
};

/** The 3 x 3 neighbourhoods of every valid position: [samples * h * w x C] -> [samples * h' * w' x 9 C], channel first. */
export const gatherPatches = (image: Matrix, grid: Grid): Matrix => {
  const samples = image.rows / (grid.height * grid.width);
  const out = shrink(grid);
  const patches = zeros(samples * out.height * out.width, image.columns * kernelSide ** 2);
  forEachTap(samples, image.columns, grid, (from, to) => {
    patches.data[to] = image.data[from];
  });
  return patches;
};

/** The adjoint of gatherPatches: adds every patch entry back to the pixel that it came from. */
export const scatterPatches = (patches: Matrix, grid: Grid): Matrix => {
  const out = shrink(grid);
  const samples = patches.rows / (out.height * out.width);
  const image = zeros(samples * grid.height * grid.width, patches.columns / kernelSide ** 2);
  forEachTap(samples, image.columns, grid, (to, from) => {
    image.data[to] += patches.data[from];
  });
  return image;
};

const reorder = (
  samples: number,
  channels: number,
  positions: number,
  visit: (rows: number, flat: number) => void,
): void => {
  for (let s = 0; s < samples; s++)
    for (let position = 0; position < positions; position++)
      for (let channel = 0; channel < channels; channel++)
        visit(
          (s * positions + position) * channels + channel,
          (s * channels + channel) * positions + position,
        );
};

/** One row a sample, channels outermost as PyTorch flattens: [samples * positions x C] -> [samples x C * positions]. */
export const flatten = (a: Matrix, grid: Grid): Matrix => {
  const positions = grid.height * grid.width;
  const out = zeros(a.rows / positions, a.columns * positions);
  reorder(out.rows, a.columns, positions, (from, to) => {
    out.data[to] = a.data[from];
  });
  return out;
};

/** The inverse of flatten: [samples x C * positions] -> [samples * positions x C]. */
export const unflatten = (a: Matrix, grid: Grid): Matrix => {
  const positions = grid.height * grid.width;
  const out = zeros(a.rows * positions, a.columns / positions);
  reorder(a.rows, out.columns, positions, (to, from) => {
    out.data[to] = a.data[from];
  });
  return out;
};

/** The grid of a network's input: 1 x 1 where it is dense. */
export const inputGrid = (image: { readonly side: number } | null): Grid => ({
  height: image?.side ?? 1,
  width: image?.side ?? 1,
});

/** Inputs as networks read them, a row a position: [samples x d], channels outermost -> [samples * h * w x channels]. */
export const inputRows = (x: Matrix, grid: Grid): Matrix =>
  grid.height * grid.width === 1 ? x : unflatten(x, grid);
