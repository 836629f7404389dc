import { isSpecialized } from '../net/index.js';
import type { Frame, LayerFrame } from '../protocol/index.js';

/** From this step on a teacher node's student node, and whether their correlation is above the threshold. */
type Holding = { readonly fromStep: number; readonly student: number; readonly isSpecialized: boolean };

/** What has held one teacher node, oldest first; never empty after the first frame. */
type NodeHoldings = readonly Holding[];

/** What has held each teacher node, by layer, as one threshold judges it. */
export type Holders = {
  readonly threshold: number;
  readonly layers: readonly (readonly NodeHoldings[])[];
};

/**
 * Correlation by which another student node must be better to take a teacher node over: of two that are as good the
 * one that came first stays.
 */
export const takeOverMargin = 0.05;

/** Changes kept of a node that flaps. */
const holdingBudget = 512;

export const noHolders = (threshold: number): Holders => ({ threshold, layers: [] });

/** Correlation of a teacher node with a student node; the best match's is known to full precision. */
const correlationWith = (layer: LayerFrame, teacher: number, student: number): number =>
  student === layer.bestStudentOfTeacher[teacher]
    ? layer.bestMatchOfTeacher[teacher]
    : layer.correlation[teacher][student];

/** The student that holds a node: a newly specialized node's is the best one, as its event names it. */
const holderOf = (
  layer: LayerFrame,
  teacher: number,
  threshold: number,
  before: Holding | undefined,
): number => {
  const best = layer.bestMatchOfTeacher[teacher];
  const bestStudent = layer.bestStudentOfTeacher[teacher];
  const isAbove = isSpecialized(best, threshold);
  if (!before || (isAbove && !before.isSpecialized)) return bestStudent;
  const now = correlationWith(layer, teacher, before.student);
  const stays = now >= best - takeOverMargin && (!isAbove || isSpecialized(now, threshold));
  return stays ? before.student : bestStudent;
};

const nodeAfter = (
  holdings: NodeHoldings,
  layer: LayerFrame,
  teacher: number,
  threshold: number,
  fromStep: number,
): NodeHoldings => {
  const before = holdings.at(-1);
  const student = holderOf(layer, teacher, threshold, before);
  const isAbove = isSpecialized(layer.bestMatchOfTeacher[teacher], threshold);
  if (before?.student === student && before.isSpecialized === isAbove) return holdings;
  return [...holdings, { fromStep, student, isSpecialized: isAbove }].slice(-holdingBudget);
};

/** The holders after one more frame. */
export const holdersAfter = ({ threshold, layers }: Holders, frame: Frame): Holders => ({
  threshold,
  layers: frame.layers.map((layer, at) =>
    layer.bestMatchOfTeacher.map((_, teacher) =>
      nodeAfter(layers[at]?.[teacher] ?? [], layer, teacher, threshold, frame.step),
    ),
  ),
});

/** The holders up to and including a step, at which the run goes on. */
export const holdersUntil = ({ threshold, layers }: Holders, step: number): Holders => ({
  threshold,
  layers: layers.map((nodes) => nodes.map((holdings) => holdings.filter(({ fromStep }) => fromStep <= step))),
});

/** Whether some student node was ever specialized to a teacher node. */
export const everSpecialized = ({ layers }: Holders, layer: number, teacher: number): boolean =>
  (layers[layer]?.[teacher] ?? []).some(({ isSpecialized }) => isSpecialized);

const specializedSince = (holdings: NodeHoldings): number | null => {
  const lost = holdings.findLastIndex((holding) => !holding.isSpecialized);
  return holdings[lost + 1]?.fromStep ?? null;
};

/** What a threshold says of every teacher node now, by layer. */
export type Judgement = {
  /** The student node that holds each. */
  readonly owners: readonly (readonly number[])[];
  /** The step since which each is specialized without a break; null where it is not. */
  readonly specializedSince: readonly (readonly (number | null)[])[];
  /** The step of the first frame that was judged: since when a node is specialized that is so from there on is not known. */
  readonly judgedFrom: number | null;
};

export const judgementOf = ({ layers }: Holders): Judgement => {
  const first = layers.flatMap((nodes) => nodes.flatMap((holdings) => holdings.slice(0, 1)));
  return {
    owners: layers.map((nodes) => nodes.map((holdings) => holdings.at(-1)?.student ?? 0)),
    specializedSince: layers.map((nodes) => nodes.map(specializedSince)),
    judgedFrom: first.length === 0 ? null : Math.min(...first.map(({ fromStep }) => fromStep)),
  };
};
