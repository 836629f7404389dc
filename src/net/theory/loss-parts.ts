import { backward, gradientArrays, type LayerGradient } from '../backward.js';
import { forward } from '../forward.js';
import type { LossName } from '../loss.js';
import { copyNetwork, layersOfArrays, type Network, trainedArrays } from '../network.js';
import type { Evaluated } from './contributions.js';
import type { EvaluatedSet } from './evaluated-set.js';

/** The mean squared error, in parts that add up to it. */
export type LossParts = {
  /** Of each teacher node of the lowest layer: what it asks for less what its student nodes give. [m] */
  readonly ofTeachers: readonly number[];
  /** Of the biases above, and of the student nodes that belong to no teacher node. */
  readonly rest: number;
  readonly loss: number;
};

/** What of sum_x e(x) y(x) goes through each node of the lowest layer, and what is due to the biases above. */
type Through = { readonly nodes: Float64Array; readonly biases: number };

const biasPart = (evaluated: Evaluated, gradients: readonly LayerGradient[]): number => {
  const { hidden, final } = evaluated.network;
  return [...hidden.slice(1), final].reduce(
    (sum, { bias }, at) =>
      sum + (bias?.reduce((total, value, k) => total + value * (gradients[at + 1].bias?.[k] ?? 0), 0) ?? 0),
    0,
  );
};

/**
 * y(x) is linear in the lowest layer's pre-activations as long as no gate changes: e(x) y(x) is the sum of each one times
 * what e(x) sends back to it, and of the biases above times what it sends back to them.
 */
const through = (evaluated: Evaluated, gradients: readonly LayerGradient[]): Through => {
  const { data, columns } = evaluated.pass.layers[0].linear;
  const nodes = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) nodes[i % columns] += data[i] * gradients[0].arriving.data[i];
  return { nodes, biases: biasPart(evaluated, gradients) };
};

/** A plain gradient step: how far it goes, and the layers that it leaves alone. */
export type DescentStep = { readonly learningRate: number; readonly frozenLayers: readonly number[] };

/** The student after one such step down the loss of a data set. `ofStudent`: what the error there sends back to its layers. */
const afterStep = (
  { student, error, samples }: EvaluatedSet,
  ofStudent: readonly LayerGradient[],
  loss: LossName,
  { learningRate, frozenLayers }: DescentStep,
): Network => {
  const next = copyNetwork(student.network);
  // Half the squared error summed over outputs, or its mean over outputs; the error points down.
  const scale = loss === 'mean-squared-error' ? (2 * learningRate) / error.columns : learningRate;
  const layers = layersOfArrays(next);
  const gradients = gradientArrays(ofStudent);
  for (const [at, values] of trainedArrays(next).entries())
    if (!frozenLayers.includes(layers[at]))
      for (let i = 0; i < values.length; i++) values[i] += (scale / samples) * gradients[at][i];
  return next;
};

/** A dense set's samples under another student. */
const underStudent = (set: EvaluatedSet, network: Network): EvaluatedSet => {
  const pass = forward(network, set.student.pass.layers[0].input, { height: 1, width: 1 }, false);
  const error = { ...pass.output, data: pass.output.data.map((y, i) => set.target.data[i] - y) };
  return { ...set, student: { network, pass }, error };
};

/**
 * By how much each teacher node's part of the loss on `evaluation` falls in one plain step down the loss of all `training`
 * samples. Dense networks, squared errors. Both sets with what their errors send back to the student's layers.
 */
export const partsFall = (
  before: LossParts,
  evaluation: EvaluatedSet,
  training: { readonly set: EvaluatedSet; readonly ofStudent: readonly LayerGradient[] },
  { active, owners, loss, step }: PartsAsked & { readonly loss: LossName; readonly step: DescentStep },
): number[] => {
  const network = afterStep(training.set, training.ofStudent, loss, step);
  const set = underStudent(evaluation, network);
  const after = lossParts(set, backward(network, set.student.pass, set.error), { active, owners });
  return before.ofTeachers.map((part, j) => part - after.ofTeachers[j]);
};

/** Teacher nodes that have a part of their own, and by student node the one that it belongs to, or null. */
type PartsAsked = { readonly active: readonly number[]; readonly owners: readonly (number | null)[] };

/**
 * The mean squared error e^2 = e (y* - y) by teacher node of the lowest layer: what node j contributes to the outputs, less
 * what the student nodes that belong to it do, times the whole error. A part is negative where others' errors make up for
 * it. `ofStudent`: what the error sends back to the student's layers. Networks without batch norm.
 */
export const lossParts = (
  { teacher, student, error }: EvaluatedSet,
  ofStudent: readonly LayerGradient[],
  { active, owners }: PartsAsked,
): LossParts => {
  const of = through(teacher, backward(teacher.network, teacher.pass, error));
  const from = through(student, ofStudent);
  const count = error.data.length;
  const ofTeachers = active.map((node) => of.nodes[node]);
  let rest = of.biases - from.biases;
  for (const [node, part] of of.nodes.entries()) if (!active.includes(node)) rest += part;
  for (const [k, part] of from.nodes.entries()) {
    const owner = owners[k];
    if (owner === null) rest -= part;
    else ofTeachers[owner] -= part;
  }
  const loss = error.data.reduce((sum, value) => sum + value * value, 0) / count;
  return { ofTeachers: ofTeachers.map((part) => part / count), rest: rest / count, loss };
};
