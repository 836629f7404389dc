import { isSpecialized, isStraight, type StatementId, statementIds, type Theory } from '../../net/index.js';
import type { Header, TheoryMessage } from '../../protocol/index.js';
import type { Judgement } from '../holders.js';
import { percent } from './percent.js';
import { orderAgreement } from './rank-correlation.js';

/** What the statements are judged by: the latest evaluation, and since when each teacher node is specialized. */
export type JudgedState = Pick<Judgement, 'specializedSince' | 'judgedFrom'> & {
  readonly header: Header | null;
  readonly teacherStrength: Header['teacherStrength'];
  readonly theory: TheoryMessage | null;
  readonly threshold: number;
};

type TeacherTheory = Theory['teachers'][number];
type StudentTheory = Theory['students'][number];
type Sizes = NonNullable<Theory['gradient']['training']>;

export type Verdict = 'holds' | 'not yet' | 'fails' | 'unknown';

/** One statement of the paper on the student as it is. */
export type Statement = {
  readonly id: StatementId;
  readonly name: string;
  /** What is measured, by which criterion, in words with its numbers, or why nothing is. */
  readonly quantity: string;
  /** What else is known of it; empty where nothing is. */
  readonly detail: string;
  /** The number behind it that the verdict rests on; NaN where there is none. */
  readonly value: number;
  /** What it is judged by, in words, and the value from or up to which it holds. */
  readonly threshold: string;
  readonly bound: number;
  readonly verdict: Verdict;
  /** Where in the paper it is. */
  readonly source: string;
};

/** What is found of a statement; the rest of it is in `kinds`. */
type Found = Pick<Statement, 'quantity' | 'value' | 'verdict'> & { readonly detail?: string };

/** Epsilon of a teacher node, the gradient as a share of its own part, that counts as small. */
const smallEpsilon = 0.1;
/** Epsilon from which a node that is not specialized to is on its way, and does not yet speak against the theorem. */
const onItsWay = 0.02;
/** Epsilon on samples that were not trained on up to which they agree with those that were. */
const agreeingEpsilon = 0.2;
/** Deviation of the two forms of the gradient that rounding explains. */
const rounding = 1e-9;
/** Fan-out norm, of the largest one, that counts as gone. */
const smallFanOut = 0.05;
/** Rank correlation from which the order counts as strong first. */
const strongOrder = 0.8;
const leastOrdered = 3;
/** How many times the weakest node's strength the strongest's must be, for there to be an order. */
const leastSpread = 2;
/** Share of student nodes that may be in neither arm of the L: runs at the paper's own settings end with up to 9 %. */
const fewOutside = 0.1;

const small = (value: number): string => (value === 0 ? '0' : value.toExponential(1));
const largestOf = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, value), 0);
const unknown = (quantity: string, detail = ''): Found => ({
  ...{ quantity, detail, value: Number.NaN },
  verdict: 'unknown',
});
/** How a node with a small gradient is called. */
const withSmallGradient = `with epsilon < ${percent(smallEpsilon)}`;

/** What a verdict takes into account. */
type Judged = { readonly state: JudgedState; readonly theory: Theory; readonly threshold: number };

/** Whether a teacher node is specialized to: a student node correlates with it, or has its boundary. */
const isLearned = ({ correlation, isHeld }: TeacherTheory, threshold: number): boolean =>
  isSpecialized(correlation, threshold) || isHeld;

const isAligned = ({ correlation, isHolding }: StudentTheory, threshold: number): boolean =>
  isSpecialized(correlation, threshold) || isHolding;

const isSmall = ({ epsilon }: TeacherTheory): boolean => epsilon.training < smallEpsilon;

const samplesOf = ({ samples, of }: Sizes): string => (samples < of ? `${samples} of ${of}` : `${of}`);

const sizesOf = ({ training, evaluation }: Theory['gradient']): string => {
  if (!training) return '';
  const { maximum, p99, median } = training;
  const beside = evaluation ? `; max ${percent(evaluation.maximum)} on evaluation samples` : '';
  return `gradient on ${samplesOf(training)} samples: max ${percent(maximum)}, 99% ${percent(p99)}, median ${percent(median)}${beside}`;
};

const unobserved = 'no teacher node is observed';

const gradientFound = ({ theory }: Judged): Found => {
  const { teachers, gradient, missing } = theory;
  const concerned = teachers.filter(({ isConcerned }) => isConcerned);
  const sizes = sizesOf(gradient);
  if (missing.aligned !== undefined)
    return unknown(
      `${gradient.training ? `max ${percent(gradient.training.maximum)}, ` : ''}not judged: ${missing.aligned}`,
      sizes,
    );
  if (concerned.length === 0) return unknown(unobserved, sizes);
  const value = largestOf(concerned.map(({ epsilon }) => epsilon.training));
  const met = concerned.filter(isSmall).length;
  const verdict = met === concerned.length ? 'holds' : 'not yet';
  return {
    quantity: `${met} of ${concerned.length} nodes ${withSmallGradient}`,
    detail: sizes,
    value,
    verdict,
  };
};

const alignedFound = ({ theory: { teachers }, threshold }: Judged): Found => {
  const concerned = teachers.filter(({ isConcerned }) => isConcerned);
  if (concerned.length === 0) return unknown(unobserved);
  const met = concerned.filter(isSmall);
  const learned = met.filter((teacher) => isLearned(teacher, threshold));
  const seen = `${concerned.length} of ${teachers.length} nodes observed`;
  if (met.length === 0)
    return {
      quantity: `no node ${withSmallGradient} yet`,
      detail: seen,
      value: Number.NaN,
      verdict: 'not yet',
    };
  const unfit = met.some(
    ({ epsilon }, at) => !learned.includes(met[at]) && epsilon.evaluation >= agreeingEpsilon,
  );
  const against = met.some((teacher) => !learned.includes(teacher) && teacher.epsilon.training < onItsWay);
  const why = unfit ? ': too few training samples' : '';
  return {
    quantity: `${learned.length} of the ${met.length} ${withSmallGradient} above ${threshold} or on the boundary${why}`,
    detail: seen,
    value: learned.length / met.length,
    verdict: learned.length === met.length ? 'holds' : against ? 'fails' : 'not yet',
  };
};

const finiteSampleFound = ({ theory: { teachers, gradient } }: Judged): Found => {
  const concerned = teachers.filter(({ isConcerned }) => isConcerned);
  if (concerned.length === 0) return unknown(unobserved);
  const met = concerned.filter(isSmall);
  if (met.length === 0) return unknown(`no node ${withSmallGradient} yet`);
  const agreeing = met.filter(({ epsilon }) => epsilon.evaluation < agreeingEpsilon).length;
  return {
    quantity: `${agreeing} of the ${met.length} ${withSmallGradient} below ${percent(agreeingEpsilon)} on evaluation samples`,
    detail: `${gradient.training?.of ?? 0} training samples`,
    value: agreeing / met.length,
    verdict: agreeing === met.length ? 'holds' : 'fails',
  };
};

const formFound = ({ theory: { form } }: Judged): Found => ({
  quantity: `largest difference ${small(form.deviation)} on ${form.samples} sample${form.samples === 1 ? '' : 's'}`,
  value: form.deviation,
  verdict: form.deviation < rounding ? 'holds' : 'fails',
});

const largestFanOut = ({ students }: Theory): number =>
  largestOf(students.map(({ fanOutNorm }) => fanOutNorm));

const fanOutFound = ({ theory, threshold }: Judged): Found => {
  const unaligned = theory.students.filter((student) => !isAligned(student, threshold));
  if (unaligned.length === 0)
    return unknown(`each is above ${threshold} or on a teacher node's boundary: none unaligned`);
  const concerned = unaligned.filter(({ isConcerned }) => isConcerned);
  const seen = `C = ${theory.outputs}, at most ${largestOf(unaligned.map(({ independent }) => independent))}`;
  if (concerned.length === 0)
    return unknown(`none of ${unaligned.length} unaligned has independent observers enough: ${seen}`);
  const value = largestOf(concerned.map(({ groupFanOut }) => groupFanOut)) / largestFanOut(theory);
  return {
    quantity: `largest ${percent(value)}, ${concerned.length} of ${unaligned.length} unaligned student nodes`,
    detail: `observers: ${seen}`,
    value,
    verdict: value < smallFanOut ? 'holds' : 'not yet',
  };
};

/**
 * When each teacher node became what it is now: those that are not specialized now come after all others. Two kinds tell nothing
 * of the order and are left out: nodes above the threshold on the first frame, by luck of the initialization, and nodes that
 * a mirror image holds, which are learned, but correlation does not know since when.
 */
const orderFound = ({ state, theory: { teachers }, threshold }: Judged): Found => {
  const nodes = teachers.map(({ correlation, isHeld, isMirror }, node) => {
    const isLearned = isSpecialized(correlation, threshold);
    const since = state.specializedSince[0]?.[node] ?? state.theory?.step ?? 0;
    return {
      isMirrored: isHeld && isMirror && !isLearned,
      isFromStart: isLearned && since === state.judgedFrom,
      strength: state.teacherStrength[0]?.[node] ?? Number.NaN,
      since: isLearned ? since : Number.POSITIVE_INFINITY,
    };
  });
  const ranked = nodes.filter(({ isMirrored, isFromStart }) => !isMirrored && !isFromStart);
  const mirrored = nodes.filter(({ isMirrored }) => isMirrored).length;
  const fromStart = nodes.filter(({ isFromStart }) => isFromStart).length;
  const strength = ranked.map((node) => node.strength);
  const steps = ranked.map(({ since }) => since);
  const learned = steps.filter(Number.isFinite).length;
  const of = `${learned + fromStart} of ${teachers.length} above ${threshold}`;
  const aside = [
    ...(fromStart === 0 ? [] : [`, ${fromStart} from the start left out`]),
    ...(mirrored === 0 ? [] : [`, ${mirrored} held by its mirror image left out`]),
  ].join('');
  if (learned < leastOrdered) return unknown(of + aside);
  if (Math.max(...strength) < leastSpread * Math.min(...strength))
    return unknown(`${of}, all about equally strong${aside}`);
  const value = orderAgreement(
    steps.map((step) => -step),
    strength,
  );
  if (Number.isNaN(value)) return unknown(`${of}, all at once${aside}`);
  return {
    quantity: `rank correlation ${value.toFixed(2)}, ${of}${aside}`,
    value,
    verdict: value >= strongOrder ? 'holds' : 'fails',
  };
};

const shapeFound = ({ theory, threshold }: Judged): Found => {
  const { students } = theory;
  const whole = largestFanOut(theory);
  const outside = students.filter(
    (student) =>
      !isStraight(student) && !isAligned(student, threshold) && student.groupFanOut >= smallFanOut * whole,
  ).length;
  const value = outside / students.length;
  const dead = students.filter(({ isDead }) => isDead).length;
  const always = students.filter(({ isAlwaysActive }) => isAlwaysActive).length;
  const aside = [
    ...(dead === 0 ? [] : [`${dead} dead, which give nothing`]),
    ...(always === 0 ? [] : [`${always} active on every sample, which bend nothing`]),
  ];
  return {
    quantity: `${outside} of ${students.length} student nodes in neither arm`,
    detail: aside.join('; '),
    value,
    verdict: value <= fewOutside ? 'holds' : 'not yet',
  };
};

type Kind = Pick<Statement, 'name' | 'threshold' | 'bound' | 'source'> & {
  readonly find: (judged: Judged) => Found;
};

/** The statements in the order in which they are shown. */
const kinds: Readonly<Record<StatementId, Kind>> = {
  gradient: {
    name: 'small gradient at every sample',
    threshold: 'all observed',
    bound: smallEpsilon,
    source: 'hypothesis of the alignment theorem',
    find: gradientFound,
  },
  aligned: {
    name: 'observed teacher nodes are learned',
    threshold: 'all',
    bound: 1,
    source: 'conclusion of the alignment theorem, node by node',
    find: alignedFound,
  },
  'finite-sample': {
    name: 'training samples stand for all inputs',
    threshold: 'all',
    bound: 1,
    source: 'specialization with finitely many samples',
    find: finiteSampleFound,
  },
  form: {
    name: 'gradient = alpha h* - beta h',
    threshold: `< ${small(rounding)}`,
    bound: rounding,
    source: 'gradient at the lowest layer',
    find: formFound,
  },
  'fan-out': {
    name: 'unaligned nodes lose their fan-out',
    threshold: `< ${percent(smallFanOut)} of the largest`,
    bound: smallFanOut,
    source: 'unspecialized student nodes',
    find: fanOutFound,
  },
  order: {
    name: 'strong teacher nodes first',
    threshold: `>= ${strongOrder}, of ${leastOrdered} or more`,
    bound: strongOrder,
    source: 'strong teacher nodes are learned first',
    find: orderFound,
  },
  'l-shape': {
    name: 'student nodes form an L',
    threshold: `<= ${percent(fewOutside)}`,
    bound: fewOutside,
    source: 'L-shape of correlation and fan-out',
    find: shapeFound,
  },
};

/** The paper's statements on the student as the last evaluation found it; none before, or where nothing can be said at all. */
export const statementsOf = (state: JudgedState): Statement[] => {
  const theory = state.theory?.theory;
  if (!theory || typeof theory === 'string') return [];
  const section = (state.header?.studentNodes.length ?? 1) > 1 ? 'several hidden layers' : 'one hidden layer';
  const judged: Judged = { state, theory, threshold: state.threshold };
  return statementIds.map((id) => {
    const { find, ...kind } = kinds[id];
    const reason = theory.missing[id];
    const found = reason === undefined ? find(judged) : unknown(reason);
    return { id, ...kind, detail: '', ...found, source: `${section}: ${kind.source}` };
  });
};
