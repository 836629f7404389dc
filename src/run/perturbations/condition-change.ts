import { isTwoLayer, type RandomStream } from '../../net/index.js';
import { type ConditionKind, isConditionChange, type Perturbation } from '../../protocol/index.js';
import type { Change } from '../course/change.js';
import type { Conditions } from '../course/conditions.js';
import { drifted, withNode, withSwappedFanOut } from './teacher-changes.js';

/** A perturbation that leaves the student as it is and changes what it is trained under. */
export type ConditionChange = Perturbation<ConditionKind>;

/** Teacher nodes that the metrics count, by layer; null where they count all. */
export type ActiveNodes = readonly (readonly number[])[] | null;

/** What a change makes of the conditions, and how that is said in one line. */
type Changed = { readonly conditions: Conditions; readonly summary: string };

type Setting = {
  readonly conditions: Conditions;
  readonly activeNodes: ActiveNodes;
  readonly random: RandomStream;
};

type Effects = {
  readonly [Kind in ConditionKind]: (setting: Setting, change: Perturbation<Kind>) => Changed;
};

const swapStrengths: Effects['swap-strengths'] = ({ conditions, activeNodes }, { layer = 0, teachers }) => {
  const [first, second] = teachers.map((node) => activeNodes?.[layer][node] ?? node);
  const where = activeNodes ? ` of layer ${layer}` : '';
  const teacher = withSwappedFanOut(conditions.teacher, layer, [first, second]);
  return {
    conditions: { ...conditions, teacher },
    summary: `swapped the fan-out of teacher nodes ${teachers.join(' and ')}${where}`,
  };
};

const addTeacherNode: Effects['add-teacher-node'] = ({ conditions, random }, { strength }) => {
  const { teacher } = conditions;
  if (!isTwoLayer(teacher)) throw new Error('a node can be added to two-layer teachers only');
  return {
    conditions: { ...conditions, teacher: withNode(teacher, strength, random) },
    summary: `added teacher node ${teacher.w1.columns} of strength ${strength}`,
  };
};

const freeze: Effects['freeze'] = ({ conditions }, { part }) => {
  const { frozen, teacher } = conditions;
  const features = isTwoLayer(teacher) ? 'w1 stays as it is' : 'the hidden layers stay as they are';
  return part === 'features'
    ? {
        conditions: { ...conditions, frozen: { ...frozen, featuresFixed: true } },
        summary: `froze the features: ${features}`,
      }
    : {
        conditions: { ...conditions, frozen: { ...frozen, topLayerFixed: true } },
        summary: 'froze the top layer: it stays as it is',
      };
};

/** What each change makes of the conditions. */
const effects: Effects = {
  'drift-teacher': ({ conditions, random }, { scale }) => ({
    conditions: { ...conditions, teacher: drifted(conditions.teacher, scale, random) },
    summary: `noise of ${scale}x RMS on all teacher weights`,
  }),
  'swap-strengths': swapStrengths,
  'add-teacher-node': addTeacherNode,
  freeze,
  unfreeze: ({ conditions }) => ({
    conditions: { ...conditions, frozen: { featuresFixed: false, topLayerFixed: false } },
    summary: 'all layers are trained',
  }),
  'batch-size': ({ conditions }, { size }) => ({
    conditions: { ...conditions, batchSize: size },
    summary: `batches of ${size} samples instead of ${conditions.batchSize ?? 'all'}`,
  }),
  'scale-inputs': ({ conditions }, { factor }) => {
    const { scale, shift } = conditions.inputs;
    return {
      conditions: { ...conditions, inputs: { scale: factor * scale, shift: factor * shift } },
      summary: `all inputs times ${factor}`,
    };
  },
  'shift-inputs': ({ conditions }, { by }) => ({
    conditions: { ...conditions, inputs: { ...conditions.inputs, shift: conditions.inputs.shift + by } },
    summary: `all inputs plus ${by}`,
  }),
};

/** Conditions after one change, and what it did, in one line. Advances `random`. */
export const changeConditions = (
  conditions: Conditions,
  change: ConditionChange,
  activeNodes: ActiveNodes,
  random: RandomStream,
): Changed => {
  const effect = effects[change.kind] as (setting: Setting, change: ConditionChange) => Changed;
  return effect({ conditions, activeNodes, random }, change);
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
