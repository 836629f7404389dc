// A layer of 3 x 3 convolutions, valid, of stride 1. An image lies as its positions, row by row, and within each its
// channels: a line for each, of so many samples as a line has lanes. What a unit reads of one row of its kernel, three
// positions side by side, is then a stretch of lines, and so are the weights by which it reads it; all products are those
// of dense layers on such stretches, and nothing is copied.
import { gated } from '../products/finish';
import { LINE, panelAt, panelsOf, perPanel, rowAt } from '../products/panel';
import { forwardTiles, outerSum, tilesOf, tileStart, unitTiles } from '../products/tiled-products';
import { Layer } from '../host-records';
import { ADD, LINEAR } from '../products/tile';
import { VECTOR } from '../products/vector';

/** Side of a kernel. */
const SIDE: i32 = 3;

/** Lines that a row of the kernel reads. */
@inline
function stretchOf(layer: Layer): i32 {
  return SIDE * layer.channels;
}

/** The first row that row `dy` of the kernel reads, at a position of the output. */
@inline
function readAt(layer: Layer, y: i32, x: i32, dy: i32): i32 {
  return ((y + dy) * layer.readWidth + x) * layer.channels;
}

/** Pieces of the products: rows of positions of every panel of samples. */
export function rowsOfPositions<T>(layer: Layer, samples: i32): i32 {
  return panelsOf<T>(samples) * (layer.positions / layer.width);
}

/** Every unit of a row of positions becomes its bias. out: their first line. */
function placeBiases<T>(layer: Layer, out: usize): void {
  for (let x = 0; x < layer.width; x++) {
    for (let unit = 0; unit < layer.units; unit++) {
      const panel = panelAt(layer.weights, layer.weightStep, unit / perPanel<T>());
      const lane = <usize>(unit & (perPanel<T>() - 1));
      const bias = v128.splat<T>(load<T>(rowAt(panel, layer.inputs) + lane * sizeof<T>()));
      v128.store(out, bias);
      v128.store(out, bias, 16);
      v128.store(out, bias, 32);
      v128.store(out, bias, 48);
      out += LINE;
    }
  }
}

/** The layer's products with a block of samples, in pieces [from, to). */
export function forwardConvolution<T>(layer: Layer, activation: i32, from: i32, to: i32): void {
  const height = layer.positions / layer.width, stretch = stretchOf(layer);
  const step = rowAt(0, layer.channels), outStep = rowAt(0, layer.units), tiles = unitTiles<T>(layer.units);
  for (let piece = from; piece < to; piece++) {
    const panel = piece / height, y = piece - panel * height;
    const image = panelAt(layer.reads, layer.readStep, panel);
    const out = rowAt(panelAt(layer.raw, layer.rawStep, panel), y * layer.width * layer.units);
    placeBiases<T>(layer, out);
    for (let dy = 0; dy < SIDE; dy++)
      forwardTiles<T>(
        rowAt(layer.weights, dy * stretch), layer.weightStep, rowAt(image, readAt(layer, y, 0, dy)), step, stretch,
        layer.units, layer.width, out, outStep, true, dy == SIDE - 1 ? activation : LINEAR, <T>layer.slope, 0, tiles,
      );
  }
}

/** The gradient at every line of a panel of the image below becomes 0 where the gate of its unit is closed. */
function closeGates<T>(gradient: usize, units: usize, lines: i32): void {
  const end = rowAt(gradient, lines);
  for (; gradient < end; gradient += VECTOR) {
    v128.store(gradient, gated<T>(v128.load(gradient), v128.load(units)));
    units += VECTOR;
  }
}

/** The gradient at the image below, in panels [from, to) of samples: position after position adds what it has read. */
export function carryConvolution<T>(layer: Layer, below: Layer, gates: bool, from: i32, to: i32): void {
  const stretch = stretchOf(layer), tiles = tilesOf(stretch);
  for (let panel = from; panel < to; panel++) {
    const image = panelAt(below.gradient, below.gradientStep, panel);
    let g = panelAt(layer.gradient, layer.gradientStep, panel);
    memory.fill(image, 0, rowAt(0, layer.readRows));
    for (let position = 0; position < layer.positions; position++) {
      const y = position / layer.width, x = position - y * layer.width;
      for (let dy = 0; dy < SIDE; dy++)
        outerSum<T>(
          rowAt(layer.weights, dy * stretch), layer.weightStep, g, stretch, layer.units,
          rowAt(image, readAt(layer, y, x, dy)), ADD, 0, tiles,
        );
      g = rowAt(g, layer.units);
    }
    if (gates) closeGates<T>(image, panelAt(layer.reads, layer.readStep, panel), layer.readRows);
  }
}

/**
 * Sums the gradient of a panel of weights up over a block of samples, in tiles [from, to), position after position.
 * g: the panel of the transposed gradient, from one position to the next `gStep` bytes.
 */
export function sumConvolution<T>(
  layer: Layer, samples: i32, g: usize, gStep: usize, kept: usize, finish: i32, from: i32, to: i32,
): void {
  const rows = layer.inputs + 1, first = tileStart(rows, from), end = tileStart(rows, to), stretch = stretchOf(layer);
  for (let position = 0; position < layer.positions; position++) {
    const y = position / layer.width, x = position - y * layer.width, become = position == 0 ? finish : ADD;
    for (let dy = 0; dy < SIDE; dy++) {
      const start = dy * stretch, row = max<i32>(first, start), count = min<i32>(end, start + stretch) - row;
      if (count > 0)
        outerSum<T>(
          rowAt(layer.reads, readAt(layer, y, x, dy) + row - start), layer.readStep, g, count, samples,
          rowAt(kept, row), become, 0, tilesOf(count),
        );
    }
    if (end == rows)
      outerSum<T>(
        rowAt(layer.reads, layer.readRows), layer.readStep, g, 1, samples, rowAt(kept, rows - 1), become, 0, 1,
      );
    g += gStep;
  }
}
