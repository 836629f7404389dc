import type { LayerMetrics } from '../engine/engine.js';
import type { RandomStream } from '../experiment/random.js';
import type { Matrix } from '../net/matrix.js';
import { bestMatchOfStudent, bestMatchOfTeacher } from '../net/metrics.js';
import {
  biasOf,
  fanOutNorms,
  fanOutWeights,
  incomingWeights,
  mapSlice,
  type Network,
  resetNorm,
  trainedArraysOf,
  type WeightSlice,
} from '../net/network.js';
import { layerOf } from './perturbation-target.js';
import type { Perturbation } from './protocol.js';

/** What a perturbation may look at, beside the student that it changes. */
export type PerturbationContext = {
  /** The student's hidden layers on the evaluation set. */
  readonly layers: readonly LayerMetrics[];
  /** Correlation above which a node counts as specialized. */
  readonly threshold: number;
  /** Standard deviation of freshly drawn weights, biases 0; null: PyTorch's initialization. */
  readonly initialScale: number | null;
  /** Draws of this and later perturbations. */
  readonly random: RandomStream;
};

/** A hidden layer of the student, and what is known of it. */
type Layer = Omit<PerturbationContext, 'layers'> & {
  readonly student: Network;
  readonly index: number;
  readonly metrics: LayerMetrics;
  /** " of layer 2" in a network of several; empty in one of one. */
  readonly where: string;
};

/** Share of the largest fan-out norm below which a student node counts as idle. */
const idleShare = 0.01;

const asMatrix = ({ teachers, students, correlation }: LayerMetrics): Matrix => ({
  rows: teachers,
  columns: students,
  data: correlation,
});

const bestStudent = (teacher: number, { metrics }: Layer): number =>
  bestMatchOfTeacher(asMatrix(metrics)).node[teacher];

const rootMeanSquare = (values: Float64Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

const list = (nodes: readonly number[]): string =>
  nodes.length > 12 ? `${nodes.slice(0, 12).join(' ')} and ${nodes.length - 12} more` : nodes.join(' ');

const addNoise = (student: Network, scale: number, random: RandomStream): string => {
  const arrays = trainedArraysOf(student);
  for (const data of arrays) {
    const deviation = scale * rootMeanSquare(data);
    for (let i = 0; i < data.length; i++) data[i] += deviation * random.nextNormal();
  }
  const count = arrays.reduce((sum, data) => sum + data.length, 0);
  return `noise of ${scale}x RMS on ${count.toLocaleString('en')} weights`;
};

/** Student nodes without a correlation above the threshold to any teacher node. */
const unlearnedNodes = ({ metrics, threshold }: Layer): number[] => {
  const best = bestMatchOfStudent(asMatrix(metrics)).correlation;
  return [...best.keys()].filter((node) => !(best[node] > threshold));
};

/** Student nodes with next to no fan-out, or never active: their correlation with every teacher node is exactly 0. */
const idleNodes = ({ student, index, metrics }: Layer): number[] => {
  const norms = fanOutNorms(student, index);
  const floor = idleShare * norms.reduce((a, b) => Math.max(a, b), 0);
  const best = bestMatchOfStudent(asMatrix(metrics)).correlation;
  return [...norms.keys()].filter((node) => norms[node] < floor || best[node] === 0);
};

/** Draws weights that read this many inputs, as the student's first ones were drawn. */
const drawFresh = ({ initialScale, random }: Layer, inputs: number): number =>
  initialScale === null
    ? (2 * random.nextUniform() - 1) / Math.sqrt(inputs)
    : initialScale * random.nextNormal();

/** Numbers that each node of the layer above a layer reads. */
const inputsAbove = ({ student, index, metrics }: Layer): number =>
  metrics.students * (fanOutWeights(student, index, 0).at(-1)?.length ?? 1);

const reinitializeNode = (layer: Layer, node: number): void => {
  const { student, index, initialScale } = layer;
  const incoming = incomingWeights(student, index, node);
  mapSlice(incoming, () => drawFresh(layer, incoming.length));
  mapSlice(biasOf(student, index, node), () =>
    initialScale === null ? drawFresh(layer, incoming.length) : 0,
  );
  const inputs = inputsAbove(layer);
  for (const slice of fanOutWeights(student, index, node)) mapSlice(slice, () => drawFresh(layer, inputs));
  resetNorm(student, index, node);
};

const reinitialize = (layer: Layer, which: 'unlearned' | 'idle'): string => {
  const nodes = which === 'unlearned' ? unlearnedNodes(layer) : idleNodes(layer);
  const meaning = which === 'unlearned' ? `match no teacher node above ${layer.threshold}` : 'are idle';
  if (nodes.length === 0) return `no student nodes${layer.where} ${meaning}: nothing changed`;
  for (const node of nodes) reinitializeNode(layer, node);
  return `re-initialized ${nodes.length} of ${layer.metrics.students} student nodes${layer.where} that ${meaning}: ${list(nodes)}`;
};

const kill = (layer: Layer, teacher: number): string => {
  const { student, index, where } = layer;
  const node = bestStudent(teacher, layer);
  const slices = [incomingWeights(student, index, node), biasOf(student, index, node)];
  for (const slice of [...slices, ...fanOutWeights(student, index, node)]) mapSlice(slice, () => 0);
  return `killed student node ${node}${where}, the best match of teacher node ${teacher}`;
};

const valuesOf = (slices: readonly WeightSlice[]): number[] =>
  slices.flatMap(({ data, start, stride, length }) =>
    Array.from({ length }, (_, i) => data[start + i * stride]),
  );

const writeValues = (slices: readonly WeightSlice[], values: readonly number[]): void => {
  let next = 0;
  for (const slice of slices) mapSlice(slice, () => values[next++]);
};

const swapFanOut = (layer: Layer, [first, second]: readonly [number, number]): string => {
  const { student, index, where } = layer;
  const [a, b] = [bestStudent(first, layer), bestStudent(second, layer)];
  if (a === b)
    return `student node ${a}${where} is the best match of both teacher nodes ${first} and ${second}: nothing changed`;
  const [ofA, ofB] = [fanOutWeights(student, index, a), fanOutWeights(student, index, b)];
  const kept = valuesOf(ofA);
  writeValues(ofA, valuesOf(ofB));
  writeValues(ofB, kept);
  return `swapped the fan-out of student nodes ${a} and ${b}${where}, best matches of teacher nodes ${first} and ${second}`;
};

const negateFanOut = (layer: Layer, teacher: number): string => {
  const { student, index, where } = layer;
  const node = bestStudent(teacher, layer);
  for (const slice of fanOutWeights(student, index, node)) mapSlice(slice, (weight) => -weight);
  return `negated the fan-out of student node ${node}${where}, the best match of teacher node ${teacher}`;
};

/** Carries out a perturbation and says in one line what it did. Mutates `student`; advances `context.random`. */
export const perturb = (
  student: Network,
  perturbation: Perturbation,
  context: PerturbationContext,
): string => {
  if (perturbation.kind === 'noise') return addNoise(student, perturbation.scale, context.random);
  const { layers, ...rest } = context;
  const index = layerOf(perturbation);
  const where = layers.length > 1 ? ` of layer ${index}` : '';
  const layer: Layer = { ...rest, student, index, metrics: layers[index], where };
  switch (perturbation.kind) {
    case 'reinitialize':
      return reinitialize(layer, perturbation.which);
    case 'kill-best-match':
      return kill(layer, perturbation.teacher);
    case 'swap-fan-out':
      return swapFanOut(layer, perturbation.teachers);
    case 'negate-fan-out':
      return negateFanOut(layer, perturbation.teacher);
  }
};
