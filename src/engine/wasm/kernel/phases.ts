// The phases of a step and of an evaluation. Each is divided by what it computes, never by what it adds up, into parts
// that any thread may do in any order: the bits depend on neither.
import { countHits, crossEntropy, CROSS_ENTROPY, gradientScale, RANKS, squaredError } from './loss';
import { LINE, panelAt, panelsOf, perPanel, rowAt } from './panel';
import { backwardTiles, bandAt, bandsOf, bandStart, forwardTiles, outerTiles, tilesOf, tileStart, unitTiles } from './product';
import { DataSet, Layer, layerAt, Network } from './records';
import {
  ADAM, AS_IS, DESCENT, firstCorrection, normalizePanel, secondCorrection, updateTiles,
} from './rule';
import { addStatistics } from './statistics';
import { ADD, DELIVER, LINEAR, STORE } from './tile';
import { gatherRows, turnRows } from './turn';

/** Copies the block's rows and targets. Divided by panels of samples. */
export const GATHER: i32 = 0;
/** Computes the units of a layer. Divided by tiles of units. */
export const FORWARD: i32 = 1;
/** Losses, and the gradient at the outputs. Divided by panels of samples. */
export const LOSS: i32 = 2;
/** The gradient below a layer, and the change of its weights. Divided by bands of rows of weights. */
export const BACKWARD: i32 = 3;
/** Holds a layer's weights to their constraint. Divided by panels of units. */
export const NORMALIZE: i32 = 4;
/** Counts the ranks of the labels among the outputs. Divided by panels of samples. */
export const RANK: i32 = 5;
/** Adds up the metrics of a hidden layer. Divided by panels of units. */
export const STATISTICS: i32 = 6;

/** Pieces that the current phase can be divided into. */
export function piecesOf<T>(network: Network): i32 {
  const layer = layerAt(network, network.layer);
  if (network.kind == FORWARD) return unitTiles<T>(layer.units);
  if (network.kind == BACKWARD) return bandsOf(layer.inputs + 1);
  if (network.kind == NORMALIZE || network.kind == STATISTICS) return panelsOf<T>(layer.units);
  return panelsOf<T>(network.rows);
}

function gather<T>(network: Network, from: i32, to: i32): void {
  const set = changetype<DataSet>(network.set), first = layerAt(network, 0), rows = network.rows;
  gatherRows<T>(set.inputs, set.inputStride, network.list, rows, from, to, first.reads, first.readStep);
  if (network.loss != CROSS_ENTROPY) {
    gatherRows<T>(set.targets, set.targetStride, network.list, rows, from, to, network.targets, network.targetStep);
    return;
  }
  const end = min<i32>(rows, to * perPanel<T>());
  for (let r = from * perPanel<T>(); r < end; r++) {
    const place = (<usize>r) << 2;
    store<i32>(network.targets + place, load<i32>(set.targets + ((<usize>load<i32>(network.list + place)) << 2)));
  }
}

function forward<T>(network: Network, layer: Layer, from: i32, to: i32): void {
  forwardTiles<T>(
    layer.weights, layer.weightStep, layer.reads, layer.readStep, layer.inputs + 1, layer.units,
    panelsOf<T>(network.rows), layer.out, layer.outStep, layer.activation, <T>layer.slope, from, to,
  );
}

/** Labels of a panel of samples. */
@inline
function labelsOf<T>(network: Network, panel: i32): usize {
  return network.targets + ((<usize>(panel * perPanel<T>())) << 2);
}

@inline
function samplesIn<T>(network: Network, panel: i32): i32 {
  return min<i32>(perPanel<T>(), network.rows - panel * perPanel<T>());
}

function loss<T>(network: Network, from: i32, to: i32): void {
  const head = layerAt(network, network.layerCount - 1);
  for (let panel = from; panel < to; panel++) {
    const y = panelAt(head.out, head.outStep, panel), room = network.losses + ((<usize>panel) << 7);
    const samples = samplesIn<T>(network, panel);
    const sum =
      network.loss == CROSS_ENTROPY
        ? crossEntropy<T>(y, labelsOf<T>(network, panel), head.units, samples)
        : squaredError<T>(y, panelAt(network.targets, network.targetStep, panel), head.units, samples, room);
    store<f64>(room, sum, LINE);
  }
  turnRows<T>(head.out, head.outStep, from, to, 0, head.units, head.turned, head.turnedStep);
}

function rank<T>(network: Network, from: i32, to: i32): void {
  const head = layerAt(network, network.layerCount - 1);
  for (let panel = from; panel < to; panel++)
    countHits<T>(
      panelAt(head.out, head.outStep, panel), labelsOf<T>(network, panel), head.units, samplesIn<T>(network, panel),
      network.hits + (<usize>(panel * RANKS)) * 4,
    );
}

/** The gradient below, for the rows of a range of tiles, and its transposition. */
function carry<T>(network: Network, layer: Layer, below: Layer, from: i32, to: i32): void {
  const panels = panelsOf<T>(network.rows);
  backwardTiles<T>(
    layer.weights, layer.weightStep, layer.gradient, layer.gradientStep, layer.inputs, layer.units, panels,
    below.gradient, below.gradientStep, layer.reads, layer.readStep, below.activation != LINEAR, from, to,
  );
  const first = tileStart(layer.inputs + 1, from), end = min<i32>(layer.inputs, tileStart(layer.inputs + 1, to));
  turnRows<T>(below.gradient, below.gradientStep, 0, panels, first, end, below.turned, below.turnedStep);
}

/** Whether gradients go straight to the weights. */
@inline
function delivers(network: Network): bool {
  return network.fresh && network.last && network.optimizer == DESCENT && network.weightDecay == 0;
}

/** Clears the lines of the bands that tiles [from, to) lie in, and the biases' after the last. */
function clearSquares(layer: Layer, from: i32, to: i32): void {
  const rows = layer.inputs + 1, first = bandAt(rows, tileStart(rows, from));
  const end = to == tilesOf(rows) ? bandsOf(rows) + 1 : bandAt(rows, tileStart(rows, to));
  memory.fill(rowAt(layer.squares, first), 0, rowAt(0, end - first));
}

/** The changes of the weights in a range of tiles. */
function change<T>(network: Network, layer: Layer, from: i32, to: i32): void {
  const rows = layer.inputs + 1, samples = network.rows;
  const scale = gradientScale(network.loss, network.batch, layerAt(network, network.layerCount - 1).units);
  const isAdam = network.optimizer == ADAM, delivered = delivers(network);
  const rate = network.learningRate / (isAdam ? firstCorrection(network.adamSteps) : 1);
  const secondScale = isAdam ? secondCorrection(network.adamSteps) : 1;
  const squares = layer.squares, biasSquares = squares ? rowAt(squares, bandsOf(rows)) : 0;
  if (squares) clearSquares(layer, from, to);
  for (let panel = 0; panel < panelsOf<T>(layer.units); panel++) {
    const w = panelAt(layer.weights, layer.weightStep, panel), offset = w - layer.weights;
    const g = panelAt(layer.turned, layer.turnedStep, panel), kept = layer.kept + offset;
    if (delivered) {
      outerTiles<T>(
        layer.reads, layer.readStep, g, rows, samples, w, DELIVER, <T>(rate * scale), squares, biasSquares, from, to,
      );
    } else {
      outerTiles<T>(layer.reads, layer.readStep, g, rows, samples, kept, network.fresh ? STORE : ADD, 0, 0, 0, from, to);
      if (network.last)
        updateTiles<T>(
          network.optimizer, rows, w, kept, layer.first + offset, layer.second + offset, scale, rate,
          network.weightDecay, network.momentum, secondScale, squares, biasSquares, from, to,
        );
    }
  }
}

function backward<T>(network: Network, layer: Layer, from: i32, to: i32): void {
  const rows = layer.inputs + 1, firstTile = bandStart(rows, from), endTile = bandStart(rows, to);
  if (layer.carriesGradient) carry<T>(network, layer, layerAt(network, network.layer - 1), firstTile, endTile);
  if (!layer.frozen) change<T>(network, layer, firstTile, endTile);
}

function normalize<T>(layer: Layer, from: i32, to: i32): void {
  for (let panel = from; panel < to; panel++)
    normalizePanel<T>(layer.normalization, layer.inputs, panelAt(layer.weights, layer.weightStep, panel));
}

/** Pieces [from, to) of the current phase. */
export function run<T>(network: Network, from: i32, to: i32): void {
  const layer = layerAt(network, network.layer);
  if (network.kind == GATHER) gather<T>(network, from, to);
  else if (network.kind == FORWARD) forward<T>(network, layer, from, to);
  else if (network.kind == LOSS) loss<T>(network, from, to);
  else if (network.kind == BACKWARD) backward<T>(network, layer, from, to);
  else if (network.kind == NORMALIZE) normalize<T>(layer, from, to);
  else if (network.kind == RANK) rank<T>(network, from, to);
  else addStatistics<T>(layer, network.rows, network.teacherRow, from, to);
}
