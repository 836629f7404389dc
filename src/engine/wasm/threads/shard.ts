import type { DeepKernels } from '../deep-kernel-module.js';
import { type DeepPlan, type PlannedLayer, type PlannedShard, ranks } from '../deep-layout.js';
import { activityRows, blockRows, roundUp, vectorBytes } from '../wasm-layout.js';
import type { DeepJob, EvaluateJob, PassJob, UpdateJob } from './job.js';

/** Rows are worked on four at a time. */
const rowStep = 4;
/** Blocks of rows whose float32 products are added up before they go to their totals in double precision. */
const drainBlocks = 4;
/** Two doubles a layer. */
const normBytes = 2 * Float64Array.BYTES_PER_ELEMENT;

/** Rows [first, end) of a thread: an equal share but for the last, a multiple of `step`. */
const share = (rows: number, threads: number, thread: number, step: number): readonly [number, number] => {
  const each = roundUp(Math.ceil(rows / threads), step);
  return [Math.min(rows, thread * each), Math.min(rows, (thread + 1) * each)];
};

/** Threads that have a share of a batch: those who have none leave their gradients alone. */
const sharers = (rows: number, threads: number): number =>
  Math.ceil(rows / roundUp(Math.ceil(rows / threads), rowStep));

/** One thread's part of an engine: some rows of every batch and some columns of every layer. Keeps no state of its own. */
export class DeepShard {
  readonly #kernels: DeepKernels;
  readonly #plan: DeepPlan;
  readonly #thread: number;
  readonly #places: PlannedShard;
  readonly #loss: Float64Array;

  constructor(kernels: DeepKernels, plan: DeepPlan, memory: ArrayBufferLike, thread: number) {
    this.#kernels = kernels;
    this.#plan = plan;
    this.#thread = thread;
    this.#places = plan.shards[thread];
    this.#loss = new Float64Array(memory, this.#places.loss, 1);
  }

  carryOut(job: DeepJob): void {
    if (job.kind === 'pass') this.#pass(job);
    else if (job.kind === 'update') this.#update(job);
    else this.#evaluate(job);
  }

  /** Losses and gradients of this thread's rows of a batch, block after block. */
  #pass({ rows }: PassJob): void {
    const { threads, crossEntropy, layers } = this.#plan;
    const [first, end] = share(rows, threads, this.#thread, rowStep);
    const scale = crossEntropy ? 1 / rows : 2 / (rows * layers[layers.length - 1].units);
    let loss = 0;
    for (let from = first; from < end; from += blockRows) {
      const count = Math.min(blockRows, end - from);
      this.#gather(from, count);
      this.#forward(count, this.#places.inputs);
      loss += this.#lossOf(count, this.#places.targets, scale);
      this.#backward(count, from === first);
    }
    this.#loss[0] = loss;
  }

  /** New weights in this thread's columns of every layer that is trained. */
  #update(job: UpdateJob): void {
    const { layers, threads, normalizeStudent, frozenLayers } = this.#plan;
    const contributors = sharers(job.rows, threads);
    for (let l = 0; l < layers.length; l++) {
      if (frozenLayers.includes(l)) continue;
      const layer = layers[l];
      const [from, to] = share(layer.stride, threads, this.#thread, vectorBytes);
      this.#updateLayer(layer, from, to, contributors, job, this.#places.norms + l * normBytes);
      if (normalizeStudent) this.#kernels.normalize(layer.inputs, layer.weights, layer.stride, from, to);
    }
  }

  /** Loss sums of this thread's rows of a stretch, and what its metrics add up. */
  #evaluate({ set, first, rows, metrics, teacherRow, teacherGroup }: EvaluateJob): void {
    const { threads, layers, targetStride, sets } = this.#plan;
    const { inputs, targets } = sets[set];
    const [start, end] = share(rows, threads, this.#thread, blockRows);
    let loss = 0;
    for (let row = start; row < end; row += blockRows) {
      const count = Math.min(blockRows, end - row);
      this.#forward(count, inputs + (first + row) * layers[0].inputStride);
      const labels = targets + (first + row) * targetStride;
      if (metrics) this.#countHits(count, labels);
      loss += this.#lossOf(count, labels, 0);
      const drain = row + blockRows >= end || ((row - start) / blockRows) % drainBlocks === drainBlocks - 1;
      if (metrics)
        this.#addStatistics(count, set, teacherRow + row, teacherGroup + row / activityRows, drain);
    }
    this.#loss[0] = loss;
  }

  #gather(from: number, rows: number): void {
    const { layers, targetStride, sets, indices } = this.#plan;
    const [{ inputs, targets }] = sets;
    const start = indices + from * Int32Array.BYTES_PER_ELEMENT;
    this.#kernels.gatherRows(rows, start, inputs, layers[0].inputStride, this.#places.inputs);
    this.#kernels.gatherRows(rows, start, targets, targetStride, this.#places.targets);
  }

  #forward(rows: number, inputs: number): void {
    const { layers } = this.#plan;
    const { activations } = this.#places;
    let x = inputs;
    for (let l = 0; l < layers.length; l++) {
      this.#forwardLayer(rows, x, layers[l], activations[l], layers[l + 1]?.hasBias ?? null);
      x = activations[l];
    }
  }

  /** `constant`: whether the next layer reads a constant 1; null for the head. */
  #forwardLayer(rows: number, x: number, layer: PlannedLayer, out: number, constant: boolean | null): void {
    const { inputStride, inputs, weights, stride, units } = layer;
    const { panel } = this.#places;
    if (constant === null)
      this.#kernels.headLayer(rows, x, inputStride, inputs + 1, weights, out, stride, panel);
    else
      this.#kernels.hiddenLayer(
        rows,
        x,
        inputStride,
        inputs + 1,
        weights,
        out,
        stride,
        panel,
        units,
        constant ? 1 : 0,
      );
  }

  #lossOf(rows: number, targets: number, gradientScale: number): number {
    const { layers, targetStride, crossEntropy } = this.#plan;
    const { stride, units } = layers[layers.length - 1];
    const { activations, scratch } = this.#places;
    const outputs = activations[layers.length - 1];
    return crossEntropy
      ? this.#kernels.crossEntropy(
          rows,
          outputs,
          stride,
          units,
          targets,
          targetStride,
          scratch,
          gradientScale,
        )
      : this.#kernels.squaredError(rows, outputs, stride, targets, gradientScale);
  }

  #backward(rows: number, fresh: boolean): void {
    const { layers } = this.#plan;
    const { inputs, activations, gradients, panel } = this.#places;
    let gradient = activations[layers.length - 1];
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputStride, inputUnits, stride, weights, deltas, deltaStep, inputs: units } = layers[l];
      const below = l > 0 ? activations[l - 1] : inputs;
      const delta = deltas + this.#thread * deltaStep;
      this.#kernels.weightGradient(
        rows,
        below,
        inputStride,
        inputUnits,
        gradient,
        stride,
        delta,
        panel,
        fresh ? 1 : 0,
      );
      if (l === 0) break;
      const arriving = gradients[l % 2];
      this.#kernels.backward(rows, gradient, stride, weights, units, below, arriving, inputStride);
      gradient = arriving;
    }
  }

  #updateLayer(
    layer: PlannedLayer,
    from: number,
    to: number,
    contributors: number,
    { rule, rate, weightDecay, momentum, secondScale }: UpdateJob,
    norms: number,
  ): void {
    this.#kernels.update(
      rule,
      layer.inputs,
      layer.weights,
      layer.stride,
      from,
      to,
      layer.deltas,
      contributors,
      layer.deltaStep,
      layer.first,
      layer.second,
      rate,
      weightDecay,
      momentum,
      secondScale,
      norms,
    );
  }

  #countHits(rows: number, labels: number): void {
    const { layers, targetStride, crossEntropy } = this.#plan;
    if (!crossEntropy) return;
    const head = layers.length - 1;
    const { stride, units } = layers[head];
    const { activations, hits } = this.#places;
    this.#kernels.countHits(rows, activations[head], stride, units, labels, targetStride, hits, ranks);
  }

  #addStatistics(rows: number, set: number, teacherRow: number, teacherGroup: number, drain: boolean): void {
    const { layers, teacherStrides, sets } = this.#plan;
    const { teacher } = sets[set];
    for (let l = 0; l < teacherStrides.length; l++) {
      const { stride, units } = layers[l];
      const { products, partial, activity, counts, squares } = this.#places.sums[l];
      const teacherStride = teacherStrides[l];
      this.#kernels.addStatistics(
        rows,
        this.#places.activations[l],
        stride,
        units,
        teacher.units[l] + teacherRow * teacherStride,
        teacherStride,
        teacher.activity[l] + teacherGroup * teacherStride,
        products,
        partial,
        activity,
        counts,
        squares,
      );
      const bytes = (teacherStride / this.#plan.bytesPerValue) * stride;
      if (drain) this.#kernels.drainProducts(products, partial, bytes);
    }
  }
}
