import {
  editTrained,
  fanOutWeights,
  type LayerMetrics,
  mapSlice,
  type Network,
  type RandomStream,
} from '../../net/index.js';
import type { Perturbation, StudentKind } from '../../protocol/index.js';
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
import {
  bestStudent,
  type PerturbationContext,
  type StudentLayer,
  valuesOf,
  writeValues,
} from './student-layer.js';

const addNoise = (student: Network, scale: number, random: RandomStream): string => {
  let count = 0;
  editTrained(student, (data) => {
    addRelativeNoise(data, scale, random);
    count += data.length;
  });
  return `noise of ${scale}x RMS on ${count.toLocaleString('en')} weights`;
};

const swapFanOut = (layer: StudentLayer, [first, second]: readonly [number, number]): string => {
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

const negateFanOut = (layer: StudentLayer, teacher: number): string => {
  const { student, index, where } = layer;
  const node = bestStudent(teacher, layer);
  for (const slice of fanOutWeights(student, index, node)) mapSlice(slice, (weight) => -weight);
  return `negated the fan-out of student node ${node}${where}, the best match of teacher node ${teacher}`;
};

type Effects = {
  readonly [Kind in StudentKind]: (layer: StudentLayer, perturbation: Perturbation<Kind>) => string;
};

/** What each perturbation of the student does to it and says of that, in one line. */
const effects: Effects = {
  noise: ({ student, random }, { scale }) => addNoise(student, scale, random),
  reinitialize: (layer, { which }) => reinitialize(layer, which),
  'reinitialize-best-match': (layer, { teacher }) => reinitializeBestMatch(layer, teacher),
  'reinitialize-random': (layer, { count }) => reinitializeRandom(layer, count),
  'kill-best-match': (layer, { teacher }) => killBestMatch(layer, teacher),
  'kill-idle': killIdle,
  'kill-random': (layer, { count }) => killRandom(layer, count),
  'layer-noise': (layer, { deviation }) => addLayerNoise(layer, deviation),
  'relative-layer-noise': (layer, { scale }) => addRelativeLayerNoise(layer, scale),
  duplicate: (layer, { teacher }) => duplicate(layer, teacher),
  'scale-fan-out': (layer, { teacher, factor }) => scaleFanOut(layer, teacher, factor),
  'rotate-fan-out': (layer, { teacher, degrees }) => rotateFanOut(layer, teacher, degrees),
  'swap-fan-out': (layer, { teachers }) => swapFanOut(layer, teachers),
  'negate-fan-out': (layer, { teacher }) => negateFanOut(layer, teacher),
};

/** Makes a perturbation and says in one line what it did. Mutates `student`; advances `context.random`. */
export const perturb = (
  student: Network,
  perturbation: Perturbation<StudentKind>,
  context: PerturbationContext,
): string => {
  const { threshold, initialScale, random } = context;
  const index = layerOf(perturbation);
  const where = student.hidden.length > 1 ? ` of layer ${index}` : '';
  let metrics: LayerMetrics | undefined;
  const layer: StudentLayer = {
    ...{ threshold, initialScale, random, student, index, where },
    /** Asked for only by effects that depend on the matches: they cost an evaluation. */
    get metrics() {
      metrics ??= context.layers[index];
      return metrics;
    },
  };
  const effect = effects[perturbation.kind] as (layer: StudentLayer, perturbation: Perturbation) => string;
  return effect(layer, perturbation);
};
