import type { Change } from './course-change.js';

/**
 * A position in a run's history: this many steps from the start, these changes on the way, in their order. What the
 * run is there has the same bits however it is reached.
 */
export type Position = { readonly step: number; readonly changes: readonly Change[] };

/** Whether a run at one position reaches the other by training on and making the changes still to come. */
export const leadsTo = (from: Position, to: Position): boolean => {
  const made = from.changes.length;
  if (made > to.changes.length || from.changes.some((change, at) => change !== to.changes[at])) return false;
  return from.step <= (to.changes[made]?.step ?? to.step);
};

/** The latest position of this step on the way to `now`: after the changes that were made there. */
export const positionAt = ({ changes }: Position, step: number): Position => ({
  step,
  changes: changes.filter((change) => change.step <= step),
});

/** The position of this step on the way to `now` after its first so many changes; null where the way has none. */
export const positionAfter = (now: Position, step: number, count: number): Position | null => {
  const made = now.changes.slice(0, count);
  const position = { step, changes: made };
  const isThere = made.length === count && made.every((change) => change.step <= step);
  return isThere && leadsTo(position, now) ? position : null;
};

/** The position before the latest perturbation; null when there was none. */
export const beforePerturbation = ({ changes }: Position): Position | null => {
  const at = changes.findLastIndex(({ command }) => command.type === 'perturb');
  return at === -1 ? null : { step: changes[at].step, changes: changes.slice(0, at) };
};
