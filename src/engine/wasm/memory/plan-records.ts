import { losses } from '../task.js';
import { type Plan, type PlannedLayer, type PlannedSet, rowsOf } from './memory-plan.js';
import type { PanelMemory } from './panel-memory.js';
import { dataSetFields, layerFields, MemoryRecord, networkFields, normFields } from './records.js';

const flag = (value: boolean): number => (value ? 1 : 0);

const layerRecord = ({ buffer }: PanelMemory, { record }: PlannedLayer) =>
  new MemoryRecord(layerFields, buffer, record);

const writeLayerRecord = (memory: PanelMemory, layer: PlannedLayer): void => {
  const { weights, reads, out, norm, raw, gradient, turned, sums } = layer;
  const { slope, kind, inputs, units, positions, width, activation, kept, first, second, squares } = layer;
  const measured = norm && !norm.beforeActivation ? raw : out;
  layerRecord(memory, layer).set({
    slope,
    kind,
    inputs,
    units,
    positions,
    width,
    channels: reads.channels,
    readWidth: reads.width,
    readRows: rowsOf(reads),
    activation,
    frozen: flag(layer.frozen),
    carriesGradient: flag(layer.carriesGradient),
    constraint: layer.constraint,
    withoutBias: flag(layer.clearsBias),
    biased: flag(layer.hasBias),
    weights: weights.pointer,
    weightStep: weights.step,
    reads: reads.pointer,
    readStep: reads.step,
    out: out.pointer,
    outStep: out.step,
    norm: norm?.record ?? 0,
    raw: raw.pointer,
    rawStep: raw.step,
    gradient: gradient.pointer,
    gradientStep: gradient.step,
    turned: turned.pointer,
    turnedStep: turned.step,
    kept,
    first,
    second,
    squares,
    teacherUnits: sums?.rows ?? 0,
    measured: measured.pointer,
    measuredStep: measured.step,
    products: sums?.products ?? 0,
    totals: sums?.totals ?? 0,
    counts: sums?.counts ?? 0,
    unitSquares: sums?.unitSquares ?? 0,
    activity: sums?.activity ?? 0,
  });
};

const writeNormRecord = ({ buffer }: PanelMemory, { norm }: PlannedLayer): void => {
  if (!norm) return;
  const { record, beforeActivation, trained, affine, running, current, kept, first, second } = norm;
  new MemoryRecord(normFields, buffer, record).set({
    beforeActivation: flag(beforeActivation),
    trained: flag(trained),
    step: affine.step,
    affine: affine.pointer,
    running,
    current,
    kept,
    first,
    second,
  });
};

const writeSetRecord = ({ buffer }: PanelMemory, plan: Plan, set: PlannedSet): void =>
  new MemoryRecord(dataSetFields, buffer, set.record).set({
    rows: set.rows,
    inputs: set.inputs,
    inputStride: plan.inputStride,
    targets: set.targets,
    targetStride: plan.targetStride,
  });

/** The record of the network that training goes on with. */
export const networkRecord = ({ buffer }: PanelMemory, { network }: Plan) =>
  new MemoryRecord(networkFields, buffer, network);

/** The records of its layers, hidden ones first. */
export const layerRecords = (memory: PanelMemory, { layers }: Plan) =>
  layers.map((layer) => layerRecord(memory, layer));

/** Tells the kernels where everything lies; one thread until helpers are there. Mutates the memory. */
export const writeRecords = (plan: Plan, memory: PanelMemory): void => {
  const { task, layers, sets } = plan;
  for (const layer of layers) {
    writeLayerRecord(memory, layer);
    writeNormRecord(memory, layer);
  }
  for (const set of sets) writeSetRecord(memory, plan, set);
  for (const { reads, hasBias } of layers.slice(1))
    memory.fillRow(reads.pointer, reads.step, rowsOf(reads), plan.blockPanels, flag(hasBias));
  networkRecord(memory, plan).set({
    weightDecay: task.weightDecay,
    momentum: task.momentum,
    temperature: task.temperature,
    layerCount: layers.length,
    layers: layers[0].record,
    loss: losses[task.loss],
    optimizer: task.optimizer,
    trainingSet: sets[0].record,
    sampler: plan.sampler,
    block: plan.block,
    list: plan.list,
    targets: plan.targets.pointer,
    targetStep: plan.targets.step,
    losses: plan.losses,
    hits: plan.hits,
    threads: 1,
    team: plan.team,
  });
};
