import type { RandomStream } from '../../net/index.js';
import { type ConditionKind, isConditionChange, type Perturbation } from '../../protocol/index.js';
import type { Conditions } from '../course/conditions.js';
import type { Change } from '../course/course-change.js';
import { drifted, withNode, withSwappedFanOut } from './teacher-changes.js';

/** A perturbation that leaves the student as it is and changes what it is trained under. */
export type ConditionChange = Perturbation<ConditionKind>;

/** What a change makes of the conditions, and how that is said in one line. */
type Changed = { readonly conditions: Conditions; readonly summary: string };

type Setting = {
  readonly conditions: Conditions;
  readonly random: RandomStream;
};

type Effects = {
  readonly [Kind in ConditionKind]: (setting: Setting, change: Perturbation<Kind>) => Changed;
};

const swapStrengths: Effects['swap-strengths'] = ({ conditions }, { layer = 0, teachers }) => {
  const { teacher, activeNodes } = conditions;
  const [first, second] = teachers.map((node) => activeNodes[layer][node]);
  const where = teacher.hidden.length > 1 ? ` of layer ${layer}` : '';
  return {
    conditions: { ...conditions, teacher: withSwappedFanOut(teacher, layer, [first, second]) },
    summary: `swapped the fan-out of teacher nodes ${teachers.join(' and ')}${where}`,
  };
};

const addTeacherNode: Effects['add-teacher-node'] = ({ conditions, random }, { strength }) => {
  const [layer] = conditions.teacher.hidden;
  const node = layer.weight.rows;
  const activeNodes = [[...conditions.activeNodes[0], node]];
  return {
    conditions: { ...conditions, teacher: withNode(conditions.teacher, strength, random), activeNodes },
    summary: `added teacher node ${node} of strength ${strength}`,
  };
};

const freeze: Effects['freeze'] = ({ conditions }, { part }) => {
  const { hidden } = conditions.teacher;
  const freezing = (layers: readonly number[]): Conditions => ({
    ...conditions,
    frozenLayers: [...new Set([...conditions.frozenLayers, ...layers])].sort((a, b) => a - b),
  });
  const features = hidden.length === 1 ? 'w1 stays as it is' : 'the hidden layers stay as they are';
  return part === 'features'
    ? { conditions: freezing([...hidden.keys()]), summary: `froze the features: ${features}` }
    : { conditions: freezing([hidden.length]), summary: 'froze the top layer: it stays as it is' };
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
    conditions: { ...conditions, frozenLayers: [] },
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
  random: RandomStream,
): Changed => {
  const effect = effects[change.kind] as (setting: Setting, change: ConditionChange) => Changed;
  return effect({ conditions, random }, change);
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
