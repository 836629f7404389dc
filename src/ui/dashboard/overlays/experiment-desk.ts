import type { Preset } from '../../../experiment/index.js';

/** A preset with these settings, as `--set` takes them, in place of its own. */
export type Changed = { readonly preset: string; readonly settings: readonly string[] };

/** What becomes of the presets and of changed settings, outside of the screen. */
export interface ExperimentDesk {
  /** The preset that a run was started from. Errors: UserError where it cannot be read any more. */
  load(preset: string): Preset;
  /** Why that makes no run, in a line; null where it does. */
  problem(changed: Changed): string | null;
  /** Starts it as a run of its own. */
  start(changed: Changed): void;
  /** Whether the user has a preset of this name. Errors: UserError for a name that cannot be given. */
  has(name: string): boolean;
  /** Saves it as the user's own preset; returns where. Errors: UserError, those of the file system. */
  save(name: string, changed: Changed): string;
}
