import { isTwoLayer, type RandomStream } from '../../net/index.js';
import type { Perturbation } from '../../protocol/index.js';
import type { Change } from '../course/change.js';
import type { Conditions } from '../course/conditions.js';
import { drifted, withNode, withSwappedFanOut } from './teacher-changes.js';

const kinds = [
  'drift-teacher',
  'swap-strengths',
  'add-teacher-node',
  'freeze',
  'unfreeze',
  'batch-size',
  'scale-inputs',
  'shift-inputs',
] as const satisfies readonly Perturbation['kind'][];

/** A perturbation that leaves the student as it is and changes what it is trained under. */
export type ConditionChange = Extract<Perturbation, { kind: (typeof kinds)[number] }>;

export const isConditionChange = (perturbation: Perturbation): perturbation is ConditionChange =>
  (kinds as readonly string[]).includes(perturbation.kind);

type Changed = { readonly conditions: Conditions; readonly summary: string };

const moveTeacher = (
  { teacher }: Conditions,
  change: Extract<ConditionChange, { kind: 'drift-teacher' | 'swap-strengths' | 'add-teacher-node' }>,
  activeNodes: ActiveNodes,
  random: RandomStream,
): { readonly teacher: Conditions['teacher']; readonly summary: string } => {
  if (change.kind === 'drift-teacher') {
    const summary = `noise of ${change.scale}x RMS on all teacher weights`;
    return { teacher: drifted(teacher, change.scale, random), summary };
  }
  if (change.kind === 'swap-strengths') {
    const { layer = 0, teachers } = change;
    const [first, second] = teachers.map((node) => activeNodes?.[layer][node] ?? node);
    const where = activeNodes ? ` of layer ${layer}` : '';
    const summary = `swapped the fan-out of teacher nodes ${teachers.join(' and ')}${where}`;
    return { teacher: withSwappedFanOut(teacher, layer, [first, second]), summary };
  }
  if (!isTwoLayer(teacher)) throw new Error('a node can be added to two-layer teachers only');
  const summary = `added teacher node ${teacher.w1.columns} of strength ${change.strength}`;
  return { teacher: withNode(teacher, change.strength, random), summary };
};

const freeze = (
  { frozen, teacher }: Conditions,
  change: Extract<ConditionChange, { kind: 'freeze' | 'unfreeze' }>,
): { readonly frozen: Conditions['frozen']; readonly summary: string } => {
  if (change.kind === 'unfreeze')
    return { frozen: { featuresFixed: false, topLayerFixed: false }, summary: 'all layers are trained' };
  const features = isTwoLayer(teacher) ? 'w1 stays as it is' : 'the hidden layers stay as they are';
  return change.part === 'features'
    ? { frozen: { ...frozen, featuresFixed: true }, summary: `froze the features: ${features}` }
    : { frozen: { ...frozen, topLayerFixed: true }, summary: 'froze the top layer: it stays as it is' };
};

/** Teacher nodes that the metrics count, by layer; null where they count all. */
export type ActiveNodes = readonly (readonly number[])[] | null;

/** Conditions after one change, and what it did, in one line. Advances `random`. */
export const changeConditions = (
  conditions: Conditions,
  change: ConditionChange,
  activeNodes: ActiveNodes,
  random: RandomStream,
): Changed => {
  const { inputs, batchSize } = conditions;
  switch (change.kind) {
    case 'freeze':
    case 'unfreeze': {
      const { summary, frozen } = freeze(conditions, change);
      return { conditions: { ...conditions, frozen }, summary };
    }
    case 'batch-size': {
      const summary = `batches of ${change.size} samples instead of ${batchSize ?? 'all'}`;
      return { conditions: { ...conditions, batchSize: change.size }, summary };
    }
    case 'scale-inputs': {
      const moved = { scale: change.factor * inputs.scale, shift: change.factor * inputs.shift };
      return { conditions: { ...conditions, inputs: moved }, summary: `all inputs times ${change.factor}` };
    }
    case 'shift-inputs': {
      const moved = { ...inputs, shift: inputs.shift + change.by };
      return { conditions: { ...conditions, inputs: moved }, summary: `all inputs plus ${change.by}` };
    }
    default: {
      const { summary, teacher } = moveTeacher(conditions, change, activeNodes, random);
      return { conditions: { ...conditions, teacher }, summary };
    }
  }
};

/** The changes of conditions among all changes. */
export const conditionChanges = (
  changes: readonly Change[],
): { readonly change: ConditionChange; readonly random: readonly number[] }[] =>
  changes.flatMap(({ command, random }) =>
    command.type === 'perturb' && isConditionChange(command.perturbation)
      ? [{ change: command.perturbation, random }]
      : [],
  );
