// What a step changes of a layer: its weights, by their gradient over the block, and its norm's scale and shift.
import { sumConvolution } from './convolution';
import { sumDense } from './dense';
import { gradientScale } from '../panel-loss';
import { panelAt, panelsOf, rowAt } from '../products/panel';
import { bandAt, bandsOf, bandStart, DEPTH, outerTiles, tilesOf, tileStart } from '../products/tiled-products';
import { DENSE, Layer, layerAt, NetworkRecord, normOf } from '../host-records';
import { ADAM, DESCENT, firstCorrection, secondCorrection, updateTiles } from './rule';
import { ADD, DELIVER, STORE } from '../products/tile';

/** What makes kept sums -dL/dw. */
@inline
function scaleOf(network: NetworkRecord): f64 {
  return gradientScale(network.loss, network.batch, layerAt(network, network.layerCount - 1).units);
}

@inline
function rateOf(network: NetworkRecord): f64 {
  return network.learningRate / (network.optimizer == ADAM ? firstCorrection(network.adamSteps) : 1);
}

@inline
function secondScaleOf(network: NetworkRecord): f64 {
  return network.optimizer == ADAM ? secondCorrection(network.adamSteps) : 1;
}

/** Whether the gradient of a layer goes straight to its weights. */
@inline
function delivers(network: NetworkRecord, layer: Layer): bool {
  const isWhole = layer.kind == DENSE && network.fresh && network.last && network.rows <= DEPTH;
  return isWhole && network.optimizer == DESCENT && network.weightDecay == 0;
}

/** Clears the lines of the bands that tiles [from, to) lie in, and the biases' after the last. */
function clearSquares(layer: Layer, from: i32, to: i32): void {
  const rows = layer.inputs + 1, first = bandAt(rows, tileStart(rows, from));
  const end = to == tilesOf(rows) ? bandsOf(rows) + 1 : bandAt(rows, tileStart(rows, to));
  memory.fill(rowAt(layer.squares, first), 0, rowAt(0, end - first));
}

/** The changes of the weights in a range of tiles. */
export function changeWeights<T>(network: NetworkRecord, layer: Layer, from: i32, to: i32): void {
  const rows = layer.inputs + 1, samples = network.rows, finish = network.fresh ? STORE : ADD;
  const scale = scaleOf(network), rate = rateOf(network), secondScale = secondScaleOf(network);
  const delivered = delivers(network, layer), positionStep = rowAt(0, network.block);
  const squares = layer.squares, biasSquares = squares ? rowAt(squares, bandsOf(rows)) : 0;
  if (squares) clearSquares(layer, from, to);
  for (let panel = 0; panel < panelsOf<T>(layer.units); panel++) {
    const w = panelAt(layer.weights, layer.weightStep, panel), offset = w - layer.weights;
    const g = panelAt(layer.turned, layer.turnedStep, panel), kept = layer.kept + offset;
    if (delivered) {
      outerTiles<T>(
        layer.reads, layer.readStep, g, rows, samples, w, DELIVER, <T>(rate * scale), squares, biasSquares, from, to,
      );
      continue;
    }
    if (layer.kind == DENSE) sumDense<T>(layer, samples, g, kept, finish, from, to);
    else sumConvolution<T>(layer, samples, g, positionStep, kept, finish, from, to);
    if (network.last)
      updateTiles<T>(
        network.optimizer, rows, w, kept, layer.first + offset, layer.second + offset, scale, rate,
        network.weightDecay, network.momentum, secondScale, squares, biasSquares, from, to,
      );
  }
}

/** Bands of the rows of all weights that change. */
export function bandsOfAll(network: NetworkRecord): i32 {
  let bands = 0;
  for (let l = 0; l < network.layerCount; l++)
    if (!layerAt(network, l).frozen) bands += bandsOf(layerAt(network, l).inputs + 1);
  return bands;
}

/**
 * The changes of the weights in bands [from, to) of all layers, which are dense: counted thread by thread, its part of every
 * layer, so that a thread has the same rows as in the phases of a layer.
 */
export function changeAll<T>(network: NetworkRecord, from: i32, to: i32): void {
  const threads = network.threads;
  let counted = 0;
  for (let thread = 0; thread < threads; thread++) {
    for (let l = 0; l < network.layerCount; l++) {
      const layer = layerAt(network, l), rows = layer.inputs + 1, bands = bandsOf(rows);
      if (layer.frozen) continue;
      const first = (bands * thread) / threads, count = (bands * (thread + 1)) / threads - first;
      const start = max<i32>(0, from - counted), end = min<i32>(count, to - counted);
      if (start < end) changeWeights<T>(network, layer, bandStart(rows, first + start), bandStart(rows, first + end));
      counted += count;
    }
  }
}

/** The changes of a norm's scale and shift. */
export function changeNorm<T>(network: NetworkRecord, layer: Layer): void {
  const norm = normOf(layer), scale = scaleOf(network), rate = rateOf(network), secondScale = secondScaleOf(network);
  for (let panel = 0; panel < panelsOf<T>(layer.units); panel++) {
    const offset = panelAt(0, norm.step, panel);
    updateTiles<T>(
      network.optimizer, 2, norm.affine + offset, norm.kept + offset, norm.first + offset, norm.second + offset, scale,
      rate, network.weightDecay, network.momentum, secondScale, 0, 0, 0, tilesOf(2),
    );
  }
}
