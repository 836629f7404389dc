import type { ChangeCommand } from '../../protocol/index.js';

/** A command that changed a run's course, with all that its effect depends on beside the state it is applied to. */
export type Change = {
  readonly step: number;
  readonly command: ChangeCommand;
  /** What it did, for people. */
  readonly summary: string;
  readonly threshold: number;
  /** The perturbation stream before it drew: four words. */
  readonly random: readonly number[];
  /** Which of the experiment's interventions it was; none for one by hand. */
  readonly intervention?: number;
};
