import type { Header, TheoryMessage } from '../protocol/index.js';
import { rankCorrelation } from './rank-correlation.js';

/** What the statements are judged by: the latest evaluation, and since when each teacher node is specialized, by layer. */
export type JudgedState = {
  readonly header: Header | null;
  readonly teacherStrength: Header['teacherStrength'];
  readonly theory: TheoryMessage | null;
  readonly threshold: number;
  readonly specializedSince: readonly (readonly (number | null)[])[];
};

type Theory = Exclude<TheoryMessage['theory'], string>;

export type Verdict = 'holds' | 'not yet' | 'fails' | 'unknown';

/** One statement of the paper on the student as it is. */
export type Statement = {
  readonly id: 'gradient' | 'form' | 'aligned' | 'fan-out' | 'order' | 'l-shape';
  readonly name: string;
  /** What is measured, in words with its numbers. */
  readonly quantity: string;
  /** The number behind it that the verdict rests on. */
  readonly value: number;
  readonly threshold: string;
  readonly verdict: Verdict;
  /** Where in the paper it is. */
  readonly source: string;
};

/** Largest |g_k(x)|, of the teacher's largest part, that counts as small. */
const smallGradient = 0.05;
/** How many times the largest gradient a node's own part must be, to have to be cancelled by an aligned node. */
const clearlyMore = 10;
/** Deviation of the two forms of the gradient that rounding explains. */
const rounding = 1e-9;
/** Fan-out norm, of the largest one, that counts as gone. */
const smallFanOut = 0.05;
/** Rank correlation from which the order counts as strong first. */
const strongOrder = 0.8;
const leastOrdered = 3;
/** How many times the weakest node's strength the strongest's must be, for there to be an order. */
const leastSpread = 2;
/** Share of student nodes that may be in neither arm of the L. */
const fewOutside = 0.05;

const percent = (share: number): string => `${(100 * share).toPrecision(2)}%`;
const small = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

const gradientStatement = ({ gradient }: Theory): Statement => ({
  id: 'gradient',
  name: 'small gradient at every sample',
  quantity: `max ${percent(gradient.maximum)}  99% ${percent(gradient.p99)}  median ${percent(gradient.median)}`,
  value: gradient.maximum,
  threshold: `max < ${percent(smallGradient)}`,
  verdict: gradient.maximum < smallGradient ? 'holds' : 'not yet',
  source: 'hypothesis of the alignment theorem',
});

const formStatement = ({ formDeviation }: Theory): Statement => ({
  id: 'form',
  name: 'gradient = alpha h* - beta h',
  quantity: `largest difference ${small(formDeviation)}`,
  value: formDeviation,
  threshold: `< ${small(rounding)}`,
  verdict: formDeviation < rounding ? 'holds' : 'fails',
  source: 'gradient at the lowest layer',
});

const alignedStatement = ({ teachers, gradient }: Theory, tau: number): Statement => {
  const concerned = teachers.filter(({ isConcerned }) => isConcerned);
  const aligned = concerned.filter(({ correlation }) => correlation > tau);
  const all = aligned.length === concerned.length && concerned.length > 0;
  // As long as the gradient that remains may be a node's own part, the node need not be aligned.
  const against = concerned.some(
    ({ correlation, part }) => !(correlation > tau) && part > clearlyMore * gradient.maximum,
  );
  return {
    id: 'aligned',
    name: 'observed nodes are specialized to',
    quantity: `${aligned.length} of ${concerned.length} observed with alpha above 0, of ${teachers.length}`,
    value: concerned.length === 0 ? Number.NaN : aligned.length / concerned.length,
    threshold: 'all',
    verdict: all ? 'holds' : gradient.maximum < smallGradient && against ? 'fails' : 'not yet',
    source: 'conclusion of the alignment theorem',
  };
};

const largestFanOut = ({ students }: Theory): number =>
  students.reduce((most, { fanOutNorm }) => Math.max(most, fanOutNorm), 0);

const fanOutStatement = (theory: Theory, tau: number): Statement => {
  const whole = largestFanOut(theory);
  const unaligned = theory.students.filter(
    ({ correlation, isObserved }) => !(correlation > tau) && isObserved,
  );
  const most = unaligned.reduce((sum, { fanOutNorm }) => Math.max(sum, fanOutNorm), 0) / (whole || 1);
  return {
    id: 'fan-out',
    name: 'unaligned nodes lose their fan-out',
    quantity: `${unaligned.length} observed and unaligned, largest ${percent(most)}`,
    value: most,
    threshold: `< ${percent(smallFanOut)} of the largest`,
    verdict: most < smallFanOut ? 'holds' : 'not yet',
    source: 'unspecialized student nodes',
  };
};

const orderStatement = ({ teacherStrength, specializedSince }: JudgedState): Statement => {
  const strength = teacherStrength[0] ?? [];
  const learned = (specializedSince[0] ?? []).flatMap((step, node) =>
    step === null ? [] : [{ step, node }],
  );
  const strengths = learned.map(({ node }) => strength[node]);
  const spread = Math.max(...strengths) / Math.min(...strengths);
  const value =
    learned.length < 2
      ? Number.NaN
      : -rankCorrelation(
          learned.map(({ step }) => step),
          strengths,
        );
  const known = learned.length >= leastOrdered && Number.isFinite(value) && spread >= leastSpread;
  return {
    id: 'order',
    name: 'strong teacher nodes first',
    quantity: `${learned.length} specialized, rank correlation ${Number.isFinite(value) ? value.toFixed(2) : '-'}`,
    value,
    threshold: `>= ${strongOrder} of ${leastOrdered} or more`,
    verdict: !known ? 'unknown' : value >= strongOrder ? 'holds' : 'fails',
    source: 'strong teacher nodes are learned first',
  };
};

const shapeStatement = (theory: Theory, tau: number): Statement => {
  const whole = largestFanOut(theory) || 1;
  const outside = theory.students.filter(
    ({ correlation, fanOutNorm }) => !(correlation > tau) && fanOutNorm / whole >= smallFanOut,
  ).length;
  const share = outside / theory.students.length;
  return {
    id: 'l-shape',
    name: 'student nodes form an L',
    quantity: `${outside} of ${theory.students.length} in neither arm`,
    value: share,
    threshold: `<= ${percent(fewOutside)}`,
    verdict: share <= fewOutside ? 'holds' : 'not yet',
    source: 'L-shape of correlation and fan-out',
  };
};

/** The paper's statements on the student as the last evaluation found it; none before, or where there is nothing to find. */
export const statementsOf = (state: JudgedState): Statement[] => {
  const theory = state.theory?.theory;
  if (!theory || typeof theory === 'string') return [];
  const tau = state.threshold;
  const section = (state.header?.studentNodes.length ?? 1) > 1 ? 'multi-layer' : 'two-layer';
  return [
    gradientStatement(theory),
    alignedStatement(theory, tau),
    formStatement(theory),
    fanOutStatement(theory, tau),
    orderStatement(state),
    shapeStatement(theory, tau),
  ].map((statement) => ({ ...statement, source: `${section}: ${statement.source}` }));
};
