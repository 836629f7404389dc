import type { RandomStream } from '../experiment/random.js';
import { bestMatchOfStudent } from '../net/metrics.js';
import {
  biasOf,
  fanOutWeights,
  incomingWeights,
  mapSlice,
  type Network,
  resetNorm,
  trainedArraysOf,
} from '../net/network.js';
import type { ConditionChange } from './condition-change.js';
import {
  addLayerNoise,
  addRelativeLayerNoise,
  duplicate,
  killBestMatch,
  killIdle,
  killRandom,
  rotateFanOut,
  scaleFanOut,
} from './node-perturbations.js';
import { addRelativeNoise } from './noise.js';
import { layerOf } from './perturbation-target.js';
import type { Perturbation } from './protocol.js';
import {
  asMatrix,
  bestStudent,
  idleNodes,
  type Layer,
  list,
  type PerturbationContext,
  valuesOf,
  writeValues,
} from './student-layer.js';

const addNoise = (student: Network, scale: number, random: RandomStream): string => {
  const arrays = trainedArraysOf(student);
  for (const data of arrays) addRelativeNoise(data, scale, random);
  const count = arrays.reduce((sum, data) => sum + data.length, 0);
  return `noise of ${scale}x RMS on ${count.toLocaleString('en')} weights`;
};

/** Student nodes without a correlation above the threshold to any teacher node. */
const unlearnedNodes = ({ metrics, threshold }: Layer): number[] => {
  const best = bestMatchOfStudent(asMatrix(metrics)).correlation;
  return [...best.keys()].filter((node) => !(best[node] > threshold));
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
  perturbation: Exclude<Perturbation, ConditionChange>,
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
      return killBestMatch(layer, perturbation.teacher);
    case 'kill-idle':
      return killIdle(layer);
    case 'kill-random':
      return killRandom(layer, perturbation.count);
    case 'layer-noise':
      return addLayerNoise(layer, perturbation.deviation);
    case 'relative-layer-noise':
      return addRelativeLayerNoise(layer, perturbation.scale);
    case 'duplicate':
      return duplicate(layer, perturbation.teacher);
    case 'scale-fan-out':
      return scaleFanOut(layer, perturbation.teacher, perturbation.factor);
    case 'rotate-fan-out':
      return rotateFanOut(layer, perturbation.teacher, perturbation.degrees);
    case 'swap-fan-out':
      return swapFanOut(layer, perturbation.teachers);
    case 'negate-fan-out':
      return negateFanOut(layer, perturbation.teacher);
  }
};
