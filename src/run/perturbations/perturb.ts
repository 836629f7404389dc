import {
  fanOutWeights,
  mapSlice,
  type Network,
  type RandomStream,
  trainedArraysOf,
} from '../../net/index.js';
import type { Perturbation } from '../../protocol/index.js';
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
import { reinitialize, reinitializeBestMatch, reinitializeRandom } from './reinitialization.js';
import { bestStudent, type Layer, type PerturbationContext, valuesOf, writeValues } from './student-layer.js';

const addNoise = (student: Network, scale: number, random: RandomStream): string => {
  const arrays = trainedArraysOf(student);
  for (const data of arrays) addRelativeNoise(data, scale, random);
  const count = arrays.reduce((sum, data) => sum + data.length, 0);
  return `noise of ${scale}x RMS on ${count.toLocaleString('en')} weights`;
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
    case 'reinitialize-best-match':
      return reinitializeBestMatch(layer, perturbation.teacher);
    case 'reinitialize-random':
      return reinitializeRandom(layer, perturbation.count);
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
