// Whole steps: draw or take the rows, forward, losses, backward with the update.
import { changeNorm } from './layers/change';
import { addLangevinNoise } from './layers/langevin';
import { drawIndices } from './sampler';
import { gradientScale, lossCount } from './panel-loss';
import { LINE, panelAt, panelsOf, rowAt } from './products/panel';
import {
  ARRIVE, arrivesLater, BACKWARD, CARRY, CHANGE, CHANGE_ALL, CONSTRAIN, FORWARD, GATHER, LOSS, NORM, PASS,
} from './phases';
import { bandsOf } from './products/tiled-products';
import { DataSet, DENSE, Layer, layerAt, NetworkRecord, normOf } from './host-records';
import { ADAM, AS_IS } from './layers/rule';
import { perform } from './shared-phases';
import { ERF } from './products/tile';
import { VECTOR, zero } from './products/vector';

/** Weights that stay in the second-level cache of a core, beside what a thread reads and writes with them. */
const CACHED_BYTES: usize = 1 << 20;

/** Draws every row from the sampler. */
const SAMPLED: usize = 0;
/** Takes the training set in order. */
const WHOLE_SET: usize = 1;

/** Lists the rows of the next block. */
function list(network: NetworkRecord, source: usize, first: i32, count: i32): void {
  if (source == SAMPLED) {
    drawIndices(network.sampler, changetype<DataSet>(network.trainingSet).rows, network.list, count);
  } else if (source == WHOLE_SET) {
    for (let i = 0; i < count; i++) store<i32>(network.list + ((<usize>i) << 2), first + i);
  } else {
    memory.copy(network.list, source + ((<usize>first) << 2), (<usize>count) << 2);
  }
}

/** Gathers the listed rows, with their targets, and runs them through every layer. */
export function forwardBlock<T>(network: NetworkRecord): void {
  perform<T>(network, GATHER, 0);
  forwardLayers<T>(network, network.layerCount);
}

/** Runs the gathered rows through so many layers, from the lowest on. */
export function forwardLayers<T>(network: NetworkRecord, layers: i32): void {
  for (let l = 0; l < layers; l++) {
    perform<T>(network, FORWARD, l);
    if (layerAt(network, l).norm) perform<T>(network, NORM, l);
  }
}

/** The sum of the block's losses. */
export function blockLoss<T>(network: NetworkRecord): f64 {
  perform<T>(network, LOSS, 0);
  return sumOfLosses<T>(network);
}

/** The sum of the losses that are in memory, panel by panel. */
function sumOfLosses<T>(network: NetworkRecord): f64 {
  let sum: f64 = 0;
  for (let panel = 0; panel < panelsOf<T>(network.rows); panel++)
    sum += load<f64>(network.losses + ((<usize>panel) << 7), 64);
  return sum;
}

/** The gradient below a layer, and the change of its weights. */
function backwardLayer<T>(network: NetworkRecord, layer: Layer, l: i32): void {
  if (layer.kind == DENSE) {
    if (!layer.frozen || layer.carriesGradient) perform<T>(network, BACKWARD, l);
    return;
  }
  if (layer.carriesGradient) perform<T>(network, CARRY, l);
  if (!layer.frozen) perform<T>(network, CHANGE, l);
}

/** Whether all layers are dense and without norm. */
function isPlain(network: NetworkRecord): bool {
  for (let l = 0; l < network.layerCount; l++) if (arrivesLater(layerAt(network, l))) return false;
  return true;
}

/**
 * Whether each thread of a team takes panels of samples through all layers: that has one phase where layers have many, but
 * reads all weights in each thread. It pays where they stay in a thread's cache and all threads have as many panels.
 */
function goesByPanels<T>(network: NetworkRecord): bool {
  let bytes: usize = 0;
  for (let l = 0; l < network.layerCount; l++) {
    const layer = layerAt(network, l);
    if (layer.activation == ERF) return false;
    bytes += layer.weightStep * panelsOf<T>(layer.units);
  }
  return bytes <= CACHED_BYTES && panelsOf<T>(network.rows) % network.threads == 0;
}

/** The losses of a block, and what it changes of the weights. Returns the sum of the losses. */
function trainBlock<T>(network: NetworkRecord): f64 {
  if (network.threads > 1 && isPlain(network) && goesByPanels<T>(network)) {
    perform<T>(network, PASS, 0);
    perform<T>(network, CHANGE_ALL, 0);
    return sumOfLosses<T>(network);
  }
  forwardBlock<T>(network);
  const sum = blockLoss<T>(network);
  backwardBlock<T>(network);
  return sum;
}

/** Threads share the changes of all weights in one phase where they can; one thread has them in its cache after each layer. */
function backwardBlock<T>(network: NetworkRecord): void {
  if (network.threads > 1 && isPlain(network)) {
    for (let l = network.layerCount - 1; layerAt(network, l).carriesGradient; l--) perform<T>(network, CARRY, l);
    perform<T>(network, CHANGE_ALL, 0);
    return;
  }
  for (let l = network.layerCount - 1; l >= 0; l--) {
    const layer = layerAt(network, l);
    backwardLayer<T>(network, layer, l);
    if (!layer.carriesGradient) break;
    if (arrivesLater(layerAt(network, l - 1))) perform<T>(network, ARRIVE, l - 1);
  }
}

/** The sum of the numbers in so many lines. Mutates the first. */
function sumOfLines<T>(lines: usize, count: i32): f64 {
  let sum: f64 = 0;
  for (let j: usize = 0; j < 64; j += VECTOR) {
    let total = zero();
    for (let line = 0; line < count; line++) total = v128.add<T>(total, v128.load(rowAt(lines, line) + j));
    v128.store(lines + j, total);
  }
  for (let j: usize = 0; j < 64; j += sizeof<T>()) sum += <f64>load<T>(lines + j);
  return sum;
}

/** Adds the norms of a layer's gradient to its record. */
function addNorms<T>(layer: Layer, scale: f64): void {
  const bands = bandsOf(layer.inputs + 1);
  layer.weightNorms += scale * Math.sqrt(sumOfLines<T>(layer.squares, bands));
  layer.biasNorms += scale * Math.sqrt(sumOfLines<T>(rowAt(layer.squares, bands), 1));
}

/** Sets the biases to zero. */
function clearBiases<T>(layer: Layer): void {
  for (let panel = 0; panel < panelsOf<T>(layer.units); panel++)
    memory.fill(rowAt(panelAt(layer.weights, layer.weightStep, panel), layer.inputs), 0, LINE);
}

/** What follows the change of the weights: that of norms, noise, constraints, and the norms of the gradients. */
function finishStep<T>(network: NetworkRecord): void {
  const scale = gradientScale(network.loss, network.batch, layerAt(network, network.layerCount - 1).units);
  for (let l = 0; l < network.layerCount; l++) {
    const layer = layerAt(network, l);
    if (!layer.frozen) {
      if (layer.squares) addNorms<T>(layer, scale);
      if (layer.norm && normOf(layer).trained) changeNorm<T>(network, layer);
      if (network.temperature > 0) addLangevinNoise<T>(network, layer);
    }
    if (layer.withoutBias) clearBiases<T>(layer);
    if (!layer.frozen && layer.constraint != AS_IS) perform<T>(network, CONSTRAIN, l);
  }
}

function noteLoss(network: NetworkRecord, loss: f64): void {
  network.minimumLoss = min<f64>(network.minimumLoss, loss);
  network.maximumLoss = max<f64>(network.maximumLoss, loss);
  network.sumLoss += loss;
  network.diverged = i32(!isFinite<f64>(loss));
}

/** One step on `batch` samples, block after block. Returns the sum of their losses before it. */
function step<T>(network: NetworkRecord, batch: i32, source: usize): f64 {
  network.set = network.trainingSet;
  network.training = 1;
  network.batch = batch;
  if (network.optimizer == ADAM) network.adamSteps += 1;
  let sum: f64 = 0;
  for (let first = 0; first < batch; first += network.block) {
    network.rows = min<i32>(network.block, batch - first);
    network.fresh = i32(first == 0);
    network.last = i32(first + network.rows == batch);
    list(network, source, first, network.rows);
    sum += trainBlock<T>(network);
  }
  finishStep<T>(network);
  return sum;
}

/**
 * Runs steps of `batch` samples; `source` is SAMPLED, WHOLE_SET, or points to [steps x batch] row indices. Returns the
 * steps carried out: fewer when a loss stopped being finite, that step included.
 */
export function train<T>(network: NetworkRecord, steps: i32, batch: i32, source: usize): i32 {
  const count = lossCount(network.loss, batch, layerAt(network, network.layerCount - 1).units);
  for (let done = 0; done < steps; done++) {
    const sum = step<T>(network, batch, source);
    if (source > WHOLE_SET) source += (<usize>batch) << 2;
    noteLoss(network, sum / count);
    if (network.diverged) return done + 1;
  }
  return steps;
}
