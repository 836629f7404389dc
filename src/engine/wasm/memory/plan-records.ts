import { losses } from '../task.js';
import { blockRows, type Plan, type PlannedLayer, type PlannedSet } from './memory-plan.js';
import type { PanelMemory } from './panel-memory.js';
import { dataSetFields, layerFields, MemoryRecord, networkFields } from './records.js';

const flag = (value: boolean): number => (value ? 1 : 0);

const layerRecord = ({ buffer }: PanelMemory, { record }: PlannedLayer) =>
  new MemoryRecord(layerFields, buffer, record);

const writeLayerRecord = (memory: PanelMemory, layer: PlannedLayer): void => {
  const { weights, reads, out, gradient, turned, sums } = layer;
  const { slope, inputs, units, activation, kept, first, second, squares } = layer;
  layerRecord(memory, layer).set({
    slope,
    inputs,
    units,
    activation,
    frozen: flag(layer.frozen),
    carriesGradient: flag(layer.carriesGradient),
    normalization: layer.normalization,
    withoutBias: flag(layer.clearsBias),
    weights: weights.pointer,
    weightStep: weights.step,
    reads: reads.pointer,
    readStep: reads.step,
    out: out.pointer,
    outStep: out.step,
    gradient: gradient.pointer,
    gradientStep: gradient.step,
    turned: turned.pointer,
    turnedStep: turned.step,
    kept,
    first,
    second,
    squares,
    teacherUnits: sums?.rows ?? 0,
    products: sums?.products ?? 0,
    totals: sums?.totals ?? 0,
    counts: sums?.counts ?? 0,
    unitSquares: sums?.unitSquares ?? 0,
    activity: sums?.activity ?? 0,
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
  for (const layer of layers) writeLayerRecord(memory, layer);
  for (const set of sets) writeSetRecord(memory, plan, set);
  for (const [l, { out }] of layers.slice(0, -1).entries())
    memory.fillRow(out.pointer, out.step, layers[l].units, plan.blockPanels, flag(layers[l + 1].hasBias));
  networkRecord(memory, plan).set({
    weightDecay: task.weightDecay,
    momentum: task.momentum,
    layerCount: layers.length,
    layers: layers[0].record,
    loss: losses[task.loss],
    optimizer: task.optimizer,
    training: sets[0].record,
    sampler: plan.sampler,
    block: blockRows,
    list: plan.list,
    targets: plan.targets.pointer,
    targetStep: plan.targets.step,
    losses: plan.losses,
    hits: plan.hits,
    threads: 1,
    team: plan.team,
  });
};
