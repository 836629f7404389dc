import { type Matrix, rowNorm, transpose } from '../matrix.js';
import { bestMatchOfStudent } from '../metrics/best-match.js';
import { fanOutNorms } from '../nodes.js';
import { type Activity, kinkOf, nearestBoundary, sameBoundary } from './boundaries.js';
import type { LowestLayer } from './lowest-layer.js';
import { seenBy } from './observers.js';

/** What the paper's statements say of one student node. */
export type StudentTheory = Activity & {
  /** Best correlation with a teacher node on the training samples, and fan-out norm, sqrt(E beta_kk): a point of the L-shape. */
  readonly correlation: number;
  readonly fanOutNorm: number;
  /** Whether its boundary is a teacher node's, and whether it is active on the other side of the nearest one. */
  readonly isHolding: boolean;
  readonly isMirror: boolean;
  /** Size of its kink, as a share of that of the teacher node whose boundary it has; NaN where it has none. */
  readonly heldShare: number;
  /** Student nodes with its boundary, itself included. */
  readonly groupSize: number;
  /**
   * Its fan-out, in the measure in which it is larger, times the share of their kinks that the nodes of its group leave when
   * they are added up. The measures: its norm; and the size |w_k| ||v_k|| of its kink where the largest one of all is the
   * largest norm, for a node is the same whose incoming weights are a hundred times longer and whose fan-out is a hundredth.
   */
  readonly groupFanOut: number;
  /** Student nodes of other boundaries that observe its own. */
  readonly observers: number;
  /** How many of those have independent fan-outs; of deeper and convolutional networks all that observe it. */
  readonly independent: number;
  /** Whether so many are that its group's fan-out must be 0: as many as outputs, or fewer that span it. */
  readonly isConcerned: boolean;
};

/** Share of a fan-out in the observers' span from which they determine it. */
const determined = 0.9;

/** Length of the sum of a group's kinks, as a share of the sum of their lengths: 1 of a node alone, 0 where they cancel. */
const leftOfGroup = ({ forms, incoming }: LowestLayer, group: readonly number[]): number => {
  if (!forms || group.length === 1) return 1;
  const lengths = group.map((k) => rowNorm(incoming.student, k));
  let square = 0;
  let alone = 0;
  for (const [a, k] of group.entries()) {
    alone += lengths[a] * Math.sqrt(forms.beta(k, k));
    for (const [b, other] of group.entries()) square += lengths[a] * lengths[b] * forms.beta(k, other);
  }
  return alone === 0 ? 1 : Math.sqrt(Math.max(0, square)) / alone;
};

const observersOf = (
  { observed, leastObserved }: LowestLayer,
  k: number,
  group: readonly number[],
): number[] => {
  const { columns, data } = observed.student;
  return Array.from({ length: columns }, (_, other) => other).filter(
    (other) => !group.includes(other) && data[k * columns + other] >= leastObserved,
  );
};

/** How many observers count, and whether they determine the group's fan-out. */
const determinedBy = (
  { training, incoming }: LowestLayer,
  group: readonly number[],
  observers: readonly number[],
) => {
  const { network } = training.student;
  const outputs = network.final.weight.rows;
  if (network.hidden.length > 1 || network.convolutional)
    return { independent: observers.length, isConcerned: observers.length >= outputs };
  const { data, columns } = transpose(network.final.weight);
  const { independent, share } = seenBy(
    observers.map((other) => data.subarray(other * columns, (other + 1) * columns)),
    kinkOf(incoming.student, network, group),
  );
  return {
    independent,
    isConcerned: observers.length > 0 && (independent >= outputs || share >= determined),
  };
};

/** sqrt(E beta_kk) by student node: the length of what it contributes; the norm of its weights where there are no forms. */
const fanOutsOf = ({ forms, training }: LowestLayer): Float64Array => {
  const norms = fanOutNorms(training.student.network, 0);
  return forms ? norms.map((_, k) => Math.sqrt(forms.beta(k, k))) : norms;
};

/** The larger of each node's fan-out norm and the size of its kink on the same scale. */
const voicesOf = ({ incoming }: LowestLayer, fanOuts: Float64Array): Float64Array => {
  const kinks = fanOuts.map((norm, k) => norm * rowNorm(incoming.student, k));
  const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);
  const scale = largest(kinks) === 0 ? 0 : largest(fanOuts) / largest(kinks);
  return fanOuts.map((norm, k) => Math.max(norm, scale * kinks[k]));
};

/** Kinks as of nodes of one slope. NaN of a teacher node without a fan-out too. */
const heldShareOf = (
  { active, forms, incoming, training }: LowestLayer,
  ofTeachers: Matrix,
  k: number,
  fanOutNorm: number,
): number => {
  if (sameBoundary(ofTeachers, k).length === 0) return Number.NaN;
  const teacher = active[nearestBoundary(ofTeachers, k).node];
  const norm = forms ? forms.teacherNorm(teacher) : fanOutNorms(training.teacher.network, 0)[teacher];
  const asked = rowNorm(incoming.teacher, teacher) * norm;
  return asked === 0 ? Number.NaN : (rowNorm(incoming.student, k) * fanOutNorm) / asked;
};

/** Of each student node. */
export const studentTheories = (layer: LowestLayer): StudentTheory[] => {
  const best = bestMatchOfStudent(layer.correlation.training).correlation;
  const ofTeachers = transpose(layer.cosines.across);
  const fanOuts = fanOutsOf(layer);
  const voices = voicesOf(layer, fanOuts);
  return Array.from(fanOuts, (fanOutNorm, k) => {
    const group = [...new Set([k, ...sameBoundary(layer.cosines.student, k)])];
    const observers = observersOf(layer, k, group);
    return {
      correlation: best[k],
      fanOutNorm,
      ...layer.activity[k],
      isHolding: sameBoundary(ofTeachers, k).length > 0,
      isMirror: nearestBoundary(ofTeachers, k).isMirror,
      heldShare: heldShareOf(layer, ofTeachers, k, fanOutNorm),
      groupSize: group.length,
      groupFanOut: voices[k] * leftOfGroup(layer, group),
      observers: observers.length,
      ...determinedBy(layer, group, observers),
    };
  });
};
