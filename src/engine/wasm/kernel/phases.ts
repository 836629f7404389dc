// The phases of a step and of an evaluation. Each is divided by what it computes, never by what it adds up, into parts
// that any thread may do in any order: the bits depend on neither.
import { carryThroughNorm, normalizeUnits } from './layers/norm';
import { bandsOfAll, changeAll, changeWeights } from './layers/change';
import { carryConvolution, forwardConvolution, rowsOfPositions } from './layers/convolution';
import { carryDense, forwardDense } from './layers/dense';
import { countHits, crossEntropy, CROSS_ENTROPY, RANKS, squaredError } from './panel-loss';
import { LINE, panelAt, panelsOf, perPanel, rowAt } from './products/panel';
import {
  backwardTiles, bandsOf, bandStart, forwardTiles, tilesOf, tileStart, unitStart, unitTiles,
} from './products/tiled-products';
import { DataSet, DENSE, Layer, layerAt, NetworkRecord, normOf } from './host-records';
import { constrainPanel } from './layers/rule';
import { carryThroughLeaks, leaksAtOnce } from './layers/leak';
import { carryThroughSlopes, squashUnits } from './layers/sigmoid';
import { addStatistics } from './statistics';
import { CLOSED_AT_ZERO, ERF, LINEAR, OPEN_AT_ZERO } from './products/tile';
import { gatherRows, turnRows } from './products/turn';

/** Copies the block's rows and targets. Divided by panels of samples. */
export const GATHER: i32 = 0;
/** What a layer makes of what it reads. Dense: divided by tiles of units; convolutions: by rows of positions. */
export const FORWARD: i32 = 1;
/** Batch norm of a layer. Divided by groups of units. */
export const NORM: i32 = 2;
/** Losses, and the gradient at the outputs. Divided by panels of samples. */
export const LOSS: i32 = 3;
/** The gradient below a dense layer, and the change of its weights. Divided by bands of rows of weights. */
export const BACKWARD: i32 = 4;
/** The gradient below a layer alone. Dense: divided by bands of rows of weights; convolutions: by panels of samples. */
export const CARRY: i32 = 5;
/** The change of a convolution's weights. Divided by bands of their rows. */
export const CHANGE: i32 = 6;
/** The gradient at a layer's units, back through their norm, and its transposition. Divided by groups of units. */
export const ARRIVE: i32 = 7;
/** Holds a layer's weights to their constraint. Divided by panels of units. */
export const CONSTRAIN: i32 = 8;
/** Counts the ranks of the labels among the outputs. Divided by panels of samples. */
export const RANK: i32 = 9;
/** Adds up the metrics of a hidden layer. Divided by panels of units. */
export const STATISTICS: i32 = 10;
/** Copies the block's rows alone. Divided by panels of samples. */
export const READ: i32 = 11;
/** Adds up what the correlations of a hidden layer need. Divided by panels of units. */
export const CORRELATE: i32 = 12;

/** Units whose gradient is transposed together. */
const GROUP: i32 = 4;

/** All of a block but the change of the weights, where layers are dense and without norm. Divided by panels of samples. */
export const PASS: i32 = 13;
/** The change of the weights of all layers, which are dense. Divided by bands of their rows. */
export const CHANGE_ALL: i32 = 14;

/** Pieces that the current phase can be divided into. */
export function piecesOf<T>(network: NetworkRecord): i32 {
  const layer = layerAt(network, network.layer), kind = network.kind;
  if (kind == FORWARD)
    return layer.kind == DENSE ? unitTiles<T>(layer.units) : rowsOfPositions<T>(layer, network.rows);
  if (kind == BACKWARD || kind == CHANGE || (kind == CARRY && layer.kind == DENSE)) return bandsOf(layer.inputs + 1);
  if (kind == CHANGE_ALL) return bandsOfAll(network);
  if (kind == NORM || kind == ARRIVE) return (layer.units + GROUP - 1) / GROUP;
  if (kind == CONSTRAIN || kind == STATISTICS || kind == CORRELATE) return panelsOf<T>(layer.units);
  return panelsOf<T>(network.rows);
}

function read<T>(network: NetworkRecord, from: i32, to: i32): void {
  const set = changetype<DataSet>(network.set), first = layerAt(network, 0);
  gatherRows<T>(set.inputs, set.inputStride, network.list, network.rows, from, to, first.reads, first.readStep);
}

function gather<T>(network: NetworkRecord, from: i32, to: i32): void {
  const set = changetype<DataSet>(network.set), rows = network.rows;
  read<T>(network, from, to);
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

function forward<T>(network: NetworkRecord, layer: Layer, from: i32, to: i32): void {
  const activation = layer.norm && normOf(layer).beforeActivation ? LINEAR : layer.activation;
  if (activation == ERF) {
    forwardDense<T>(layer, network.rows, LINEAR, from, to);
    squashUnits<T>(layer, network.rows, unitStart<T>(layer.units, from), unitStart<T>(layer.units, to));
  } else if (layer.kind == DENSE) forwardDense<T>(layer, network.rows, activation, from, to);
  else forwardConvolution<T>(layer, activation, from, to);
}

/** Labels of a panel of samples. */
@inline
function labelsOf<T>(network: NetworkRecord, panel: i32): usize {
  return network.targets + ((<usize>(panel * perPanel<T>())) << 2);
}

@inline
function samplesIn<T>(network: NetworkRecord, panel: i32): i32 {
  return min<i32>(perPanel<T>(), network.rows - panel * perPanel<T>());
}

function loss<T>(network: NetworkRecord, from: i32, to: i32): void {
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

function rank<T>(network: NetworkRecord, from: i32, to: i32): void {
  const head = layerAt(network, network.layerCount - 1);
  for (let panel = from; panel < to; panel++)
    countHits<T>(
      panelAt(head.out, head.outStep, panel), labelsOf<T>(network, panel), head.units, samplesIn<T>(network, panel),
      network.hits + (<usize>(panel * RANKS)) * 4,
    );
}

/** Whether the gradient at a layer's units has still to pass their norm, or to be transposed position by position. */
@inline
export function arrivesLater(layer: Layer): bool {
  return layer.norm != 0 || layer.kind != DENSE;
}

/** Whether the gradient at a layer's units stops at gates: those behind a norm see it later. */
@inline
function stopsAtGates(layer: Layer): bool {
  const gates = layer.activation == CLOSED_AT_ZERO || layer.activation == OPEN_AT_ZERO;
  return gates && (!layer.norm || normOf(layer).beforeActivation != 0);
}

/** The gradient below a dense layer, for the rows of a range of tiles. */
function carry<T>(network: NetworkRecord, layer: Layer, below: Layer, from: i32, to: i32): void {
  const first = tileStart(layer.inputs + 1, from), end = min<i32>(layer.inputs, tileStart(layer.inputs + 1, to));
  carryDense<T>(layer, below, stopsAtGates(below), network.rows, from, to);
  if (leaksAtOnce(below)) carryThroughLeaks<T>(below, 0, panelsOf<T>(network.rows), first, end);
  if (arrivesLater(below)) return;
  if (below.activation == ERF) carryThroughSlopes<T>(below, network.rows, first, end);
  turnRows<T>(
    below.gradient, below.gradientStep, 0, panelsOf<T>(network.rows), first, end, below.turned, below.turnedStep,
  );
}

function arrive<T>(network: NetworkRecord, layer: Layer, from: i32, to: i32): void {
  if (layer.norm) carryThroughNorm<T>(layer, network.rows, from, to);
  for (let position = 0; position < layer.positions; position++)
    turnRows<T>(
      rowAt(layer.gradient, position * layer.units), layer.gradientStep, 0, panelsOf<T>(network.rows), from, to,
      rowAt(layer.turned, position * network.block), layer.turnedStep,
    );
}

/** Panels [from, to) of a block through all layers and back: what one panel needs of another is the weights alone. */
function pass<T>(network: NetworkRecord, from: i32, to: i32): void {
  const count = to - from, head = network.layerCount - 1;
  gather<T>(network, from, to);
  for (let l = 0; l <= head; l++) {
    const layer = layerAt(network, l);
    forwardTiles<T>(
      layer.weights, layer.weightStep, panelAt(layer.reads, layer.readStep, from), layer.readStep, layer.inputs + 1,
      layer.units, count, panelAt(layer.out, layer.outStep, from), layer.outStep, false, layer.activation,
      <T>layer.slope, 0, unitTiles<T>(layer.units),
    );
  }
  loss<T>(network, from, to);
  for (let l = head; layerAt(network, l).carriesGradient; l--) {
    const layer = layerAt(network, l), below = layerAt(network, l - 1), inputs = layer.inputs;
    backwardTiles<T>(
      layer.weights, layer.weightStep, panelAt(layer.gradient, layer.gradientStep, from), layer.gradientStep, inputs,
      layer.units, count, panelAt(below.gradient, below.gradientStep, from), below.gradientStep,
      panelAt(layer.reads, layer.readStep, from), layer.readStep, stopsAtGates(below), 0, tilesOf(inputs + 1),
    );
    if (leaksAtOnce(below)) carryThroughLeaks<T>(below, from, to, 0, inputs);
    turnRows<T>(below.gradient, below.gradientStep, from, to, 0, inputs, below.turned, below.turnedStep);
  }
}

function backward<T>(network: NetworkRecord, layer: Layer, from: i32, to: i32): void {
  const rows = layer.inputs + 1, firstTile = bandStart(rows, from), endTile = bandStart(rows, to);
  if (layer.carriesGradient) carry<T>(network, layer, layerAt(network, network.layer - 1), firstTile, endTile);
  if (!layer.frozen) changeWeights<T>(network, layer, firstTile, endTile);
}

function constrain<T>(layer: Layer, from: i32, to: i32): void {
  for (let panel = from; panel < to; panel++)
    constrainPanel<T>(layer.constraint, layer.inputs, panelAt(layer.weights, layer.weightStep, panel));
}

/** Pieces [from, to) of the current phase. */
export function run<T>(network: NetworkRecord, from: i32, to: i32): void {
  const layer = layerAt(network, network.layer), kind = network.kind, rows = layer.inputs + 1;
  const firstUnit = from * GROUP, endUnit = min<i32>(layer.units, to * GROUP);
  if (kind == GATHER) gather<T>(network, from, to);
  else if (kind == FORWARD) forward<T>(network, layer, from, to);
  else if (kind == NORM) normalizeUnits<T>(layer, network.rows, network.training != 0, firstUnit, endUnit);
  else if (kind == LOSS) loss<T>(network, from, to);
  else if (kind == BACKWARD) backward<T>(network, layer, from, to);
  else if (kind == CARRY && layer.kind == DENSE)
    carry<T>(network, layer, layerAt(network, network.layer - 1), bandStart(rows, from), bandStart(rows, to));
  else if (kind == CARRY) {
    const below = layerAt(network, network.layer - 1);
    carryConvolution<T>(layer, below, stopsAtGates(below), from, to);
    if (leaksAtOnce(below)) carryThroughLeaks<T>(below, from, to, 0, layer.readRows);
  } else if (kind == CHANGE) changeWeights<T>(network, layer, bandStart(rows, from), bandStart(rows, to));
  else if (kind == ARRIVE) arrive<T>(network, layer, firstUnit, endUnit);
  else if (kind == CONSTRAIN) constrain<T>(layer, from, to);
  else if (kind == RANK) rank<T>(network, from, to);
  else if (kind == PASS) pass<T>(network, from, to);
  else if (kind == CHANGE_ALL) changeAll<T>(network, from, to);
  else if (kind == READ) read<T>(network, from, to);
  else addStatistics<T>(layer, network.rows, network.teacherRow, kind == STATISTICS, from, to);
}
