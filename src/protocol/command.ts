import * as z from 'zod';
import { later } from '../input/index.js';
import type { Immutable } from './immutable.js';
import { loggedPerturbation, type Perturbation } from './perturbation.js';
import { count } from './values.js';

/** Thresholds that a run can be judged by while it goes on, beside the one that it starts with. */
export const thresholdChoices: readonly number[] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/** A command that changes a run, as files keep it: logs their interventions, checkpoints what was changed on the way. */
export const changeCommandSchema = later(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('perturb'), perturbation: loggedPerturbation }),
    z.object({ type: z.literal('set-learning-rate'), learningRate: z.number().positive() }),
  ]),
);

export type ChangeCommand = Immutable<z.output<typeof changeCommandSchema>>;

/** A change that an experiment makes at a step, by its file or the command line. */
export const interventionSchema = later(() => z.object({ at: count, command: changeCommandSchema }));

export type Intervention = Immutable<z.output<typeof interventionSchema>>;

/** What pauses a run by itself, at the frame where it becomes true. */
export type Breakpoint =
  /** So many teacher nodes are specialized, over all layers. */
  | { readonly kind: 'specialized'; readonly count: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'loss-below' | 'loss-above'; readonly value: number }
  | {
      readonly kind: 'match-above';
      readonly layer: number;
      readonly teacher: number;
      readonly value: number;
    }
  /** The evaluation loss has hardly fallen in so many epochs. */
  | { readonly kind: 'plateau'; readonly epochs: number };

/** A teacher and a student node of a hidden layer. */
export type LayerPair = { readonly layer: number; readonly teacher: number; readonly student: number };

/** Everything a run can be told; applied between steps. */
export type Command =
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** Advances a paused run by this many steps, or to the end of the epoch, and pauses again. */
  | { readonly type: 'advance'; readonly by: 'step' | 'epoch' }
  /** `intervention`: which of the experiment's it is. */
  | (ChangeCommand & { readonly intervention?: number })
  /** Asks what a perturbation would do now; answered by a preview. */
  | { readonly type: 'preview'; readonly perturbation: Perturbation }
  | { readonly type: 'undo' }
  /** Back to where the latest undo or rewind came from. */
  | { readonly type: 'redo' }
  /**
   * Back to a step on the way here, after so many of the changes on that way, without `changes` after all that were made
   * there; the run goes on from it.
   */
  | { readonly type: 'rewind'; readonly step: number; readonly changes?: number }
  | { readonly type: 'set-breakpoints'; readonly breakpoints: readonly Breakpoint[] }
  | { readonly type: 'watch-theory'; readonly on: boolean }
  /** Asks for the curvature of the loss now; takes some seconds of training. */
  | { readonly type: 'measure-curvature' }
  /** Asks with every frame for what the weights of two nodes say; null asks no longer. */
  | { readonly type: 'watch-pair'; readonly pair: LayerPair | null }
  | { readonly type: 'set-threshold'; readonly threshold: number };
