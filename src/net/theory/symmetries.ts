import type { StudentTheory } from './student-theory.js';

/** What a student node is to its teacher, and to the symmetries of its network, in the order in which they are told apart. */
export const symmetryClasses = [
  'aligned',
  'copy',
  'mirror',
  'cancelling',
  'idle',
  'dead',
  'linear',
  'on its way',
  'free',
] as const;
export type SymmetryClass = (typeof symmetryClasses)[number];

/** Fan-out norm, as a share of the largest, or of what its teacher node asks for, that counts as none. */
const noFanOut = 0.05;
/** Correlation with a teacher node from which a student node is on its way to it. */
const onItsWay = 0.5;

/**
 * The class of a student node. `largest`: the largest fan-out norm of all.
 *
 * Dead: active on no sample. Idle: without a fan-out, by that of a weak teacher node where it has its boundary. Cancelling: it
 * has one, but the kinks of its boundary's nodes add up to none. These three contribute nothing, or where cancelling ones are
 * active on opposite sides a linear part. Mirror: on a teacher node's boundary, active on the other side. Copy: one of several
 * on a boundary, among which its fan-out can be shared at will. Aligned: alone on a teacher node's boundary. Linear: active on
 * every sample. Source: Simsek et al. 2021, "Geometry of the Loss Landscape in Overparameterized Neural Networks: Symmetries
 * and Invariances" (replicated and zero-type neurons).
 */
export const symmetryOf = (student: StudentTheory, largest: number): SymmetryClass => {
  const { isDead, fanOutNorm, groupFanOut, groupSize, isHolding, isMirror, heldShare, correlation } = student;
  if (isDead) return 'dead';
  const isWeak = !(Math.max(fanOutNorm, groupFanOut) >= noFanOut * largest);
  const isHeard = heldShare * groupSize >= noFanOut;
  if (largest === 0 || (isWeak && !isHeard)) return 'idle';
  if (groupSize > 1 && groupFanOut < noFanOut * (isWeak ? fanOutNorm : largest)) return 'cancelling';
  if (isHolding && isMirror) return 'mirror';
  if (groupSize > 1) return 'copy';
  if (isHolding) return 'aligned';
  if (student.isAlwaysActive) return 'linear';
  return correlation >= onItsWay ? 'on its way' : 'free';
};

/** How many student nodes there are of each class. */
export const symmetryCensus = (
  students: readonly StudentTheory[],
): Readonly<Record<SymmetryClass, number>> => {
  const largest = students.reduce((most, { fanOutNorm }) => Math.max(most, fanOutNorm), 0);
  const classes = students.map((student) => symmetryOf(student, largest));
  const count = (name: SymmetryClass): number => classes.filter((each) => each === name).length;
  return Object.fromEntries(symmetryClasses.map((name) => [name, count(name)])) as Record<
    SymmetryClass,
    number
  >;
};
