import type { Command } from '../../protocol/index.js';

/** A command that changed a run's course, with all that its effect depends on beside the state it met. */
export type Change = {
  readonly step: number;
  readonly command: Extract<Command, { type: 'perturb' | 'set-learning-rate' }>;
  /** What it did, for people. */
  readonly summary: string;
  readonly threshold: number;
  /** The perturbation stream before it drew: four words. */
  readonly random: readonly number[];
  /** Which of the experiment's interventions it was; none for one by hand. */
  readonly intervention?: number;
};

/**
 * A place in a run's history: this many steps from the start, these changes on the way, in their order. What the run
 * is there is the same bits however it is reached.
 */
export type Moment = { readonly step: number; readonly changes: readonly Change[] };

/** Whether a run at one moment reaches the other by training on and making the changes still to come. */
export const leadsTo = (from: Moment, to: Moment): boolean => {
  const made = from.changes.length;
  if (made > to.changes.length || from.changes.some((change, at) => change !== to.changes[at])) return false;
  return from.step <= (to.changes[made]?.step ?? to.step);
};

/** The latest moment of this step on the way to `now`: after the changes that were made there. */
export const momentAt = ({ changes }: Moment, step: number): Moment => ({
  step,
  changes: changes.filter((change) => change.step <= step),
});

/** The moment before the latest perturbation; null when there was none. */
export const beforePerturbation = ({ changes }: Moment): Moment | null => {
  const at = changes.findLastIndex(({ command }) => command.type === 'perturb');
  return at === -1 ? null : { step: changes[at].step, changes: changes.slice(0, at) };
};
