import { everyArray } from '../network.js';
import type { EvaluatedSet } from './evaluated-set.js';
import type { GradientSizes } from './gradient-sizes.js';
import { type LossParts, lossParts, partsFall } from './loss-parts.js';
import {
  aboutSquares,
  type Compared,
  compareLowest,
  epsilonObstacle,
  formObstacle,
  type LowestLayer,
} from './lowest-layer.js';
import { ownersOf } from './owners.js';
import { type StudentTheory, studentTheories } from './student-theory.js';
import { type TeacherTheory, teacherTheories } from './teacher-theory.js';
import { type UpperLayer, upperLayers } from './upper-layers.js';

/** The paper's statements, in the order in which they are shown. */
export const statementIds = [
  'gradient',
  'aligned',
  'finite-sample',
  'form',
  'fan-out',
  'order',
  'l-shape',
] as const;
export type StatementId = (typeof statementIds)[number];

/** The quantities of the paper's statements on the lowest hidden layer of a student. */
export type Theory = {
  /** C: as many independent observers determine a node's fan-out. */
  readonly outputs: number;
  /** Null where no student node is active on any sample. */
  readonly gradient: {
    readonly training: GradientSizes | null;
    readonly evaluation: GradientSizes | null;
  };
  /** Largest difference between the alpha-beta form and back-propagation, as a share of the largest gradient or teacher's part. */
  readonly form: { readonly samples: number; readonly deviation: number };
  /** The mean squared error on the evaluation samples, and what of it is due to no teacher node. NaN with cross-entropy. */
  readonly loss: { readonly whole: number; readonly rest: number };
  readonly teachers: readonly TeacherTheory[];
  readonly students: readonly StudentTheory[];
  /** The layers above the lowest. */
  readonly upper: readonly UpperLayer[];
  /** Why a statement cannot be judged on this student. */
  readonly missing: Readonly<Partial<Record<StatementId, string>>>;
};

const formOf = ({ forms, gradient }: LowestLayer): Theory['form'] => {
  if (!forms) return { samples: 0, deviation: Number.NaN };
  const { values, scale, largest } = gradient.training;
  const whole = largest.reduce((most, value) => Math.max(most, value), scale);
  const { columns } = forms.gradient;
  const difference = forms.gradient.data.reduce((most, value, i) => {
    const place = forms.rows[Math.floor(i / columns)] * columns + (i % columns);
    return Math.max(most, Math.abs(value - values.data[place]));
  }, 0);
  return { samples: forms.rows.length, deviation: whole === 0 ? Number.NaN : difference / whole };
};

/** Whether every column of a row-major matrix is the same in all rows. */
const isConstant = ({ columns, data }: { readonly columns: number; readonly data: Float64Array }): boolean =>
  data.every((value, i) => value === data[i % columns]);

/** Why nothing is to be learned here, whatever the statement; null where something is. */
const degenerate = ({ training, gradient, forms }: LowestLayer): string | null => {
  if (isConstant(training.teacher.pass.output)) return 'the teacher gives the same on every training sample';
  const { sizes, scale } = gradient.training;
  const isSilent = training.student.pass.layers[0].output.data.every((value) => value === 0);
  if (sizes === null || isSilent) return 'no student node is active on any training sample';
  const nodes = training.student.network.hidden[0].weight.rows;
  const isMute = forms !== null && Array.from({ length: nodes }).every((_, k) => forms.beta(k, k) === 0);
  if (isMute || (scale === 0 && forms === null)) return 'the student collapsed: no node has a fan-out';
  return scale === 0
    ? 'nothing reaches the lowest layer: all above is closed where its nodes are active'
    : null;
};

const missingOf = (layer: LowestLayer): Theory['missing'] => {
  const { teacher, student } = layer.training;
  const missing: Partial<Record<StatementId, string>> = {};
  const say = (reason: string | null, ids: readonly StatementId[]): void => {
    for (const id of ids) if (reason !== null) missing[id] ??= reason;
  };
  say(degenerate(layer), statementIds);
  const isLinear = student.network.slope === 1 || teacher.network.slope === 1;
  say(isLinear ? 'needs ReLU: linear nodes have no boundary' : null, [
    ...(['aligned', 'finite-sample', 'fan-out', 'order', 'l-shape'] as const),
  ]);
  const isLeaky = student.network.slope !== teacher.network.slope;
  say(isLeaky ? 'needs ReLU: goes by correlation, which a node of another slope cannot have' : null, [
    'order',
  ]);
  const noSquares = layer.loss === 'cross-entropy' ? aboutSquares : null;
  say(noSquares, ['form', 'fan-out']);
  say(formObstacle(teacher.network, student.network), ['form']);
  say(epsilonObstacle(layer), ['aligned', 'finite-sample']);
  return missing;
};

/** The parts of the loss, and by how much the next step lowers them; NaN where they cannot be had. */
const partsOf = (
  layer: LowestLayer,
  { step, student }: Compared,
): { readonly parts: LossParts; readonly fall: readonly number[] } => {
  const { active, loss, gradient, training, evaluation } = layer;
  const none = active.map(() => Number.NaN);
  if (loss === 'cross-entropy')
    return { parts: { ofTeachers: none, rest: Number.NaN, loss: Number.NaN }, fall: none };
  const asked = { active, owners: ownersOf(layer) };
  const parts = lossParts(evaluation, gradient.evaluation.layers, asked);
  if (step === null || student.convolutional || student.hidden.some(({ norm }) => norm))
    return { parts, fall: none };
  const trained = { set: training, ofStudent: gradient.training.layers };
  return { parts, fall: partsFall(parts, evaluation, trained, { ...asked, loss, step }) };
};

const notRectified = 'the statements are about ReLU networks, and these have erf units';

const diverged = 'the run has diverged: its numbers are no longer finite, and nothing can be said of them';

/** Student nodes of a layer that can be compared in pairs, in memory and time. */
const mostNodes = 1000;

/**
 * Evaluates the paper's statements on the lowest layer of a student, biases as they are and batch norm by its running
 * statistics, on as many samples as there is time for; a sentence where nothing can be said at all. Source: Tian 2019.
 */
export const evaluateTheory = (compared: Compared): Theory | string => {
  if (!everyArray(compared.student).every((array) => array.every(Number.isFinite))) return diverged;
  if (compared.student.activation === 'erf') return notRectified;
  const nodes = compared.student.hidden[0].weight.rows;
  if (nodes > mostNodes)
    return `the statements compare every pair of student nodes: ${nodes} in the lowest layer are more than ${mostNodes}`;
  const layer = compareLowest(compared);
  const { gradient, training, evaluation } = layer;
  const hasLoss = ({ error }: EvaluatedSet): boolean => error.data.every((e) => Number.isFinite(e * e));
  if (![training, evaluation].every(hasLoss)) return diverged;
  const { parts, fall } = partsOf(layer, compared);
  return {
    outputs: training.target.columns,
    gradient: { training: gradient.training.sizes, evaluation: gradient.evaluation.sizes },
    form: formOf(layer),
    loss: { whole: parts.loss, rest: parts.rest },
    teachers: teacherTheories(layer, parts.ofTeachers, fall),
    students: studentTheories(layer),
    upper: upperLayers(training, compared.activeNodes, layer.forms),
    missing: missingOf(layer),
  };
};
