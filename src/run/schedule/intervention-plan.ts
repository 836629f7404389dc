import type { Intervention } from '../../protocol/index.js';
import type { Change } from '../course/course-change.js';

/** The interventions that an experiment makes by itself, and those that have been undone for good. */
export class InterventionPlan {
  readonly interventions: readonly Intervention[];
  #cancelled: readonly number[] = [];
  #isSuspended = false;

  constructor(interventions: readonly Intervention[]) {
    this.interventions = interventions;
  }

  /** By their place in the list; they are not made again. */
  get cancelled(): readonly number[] {
    return this.#cancelled;
  }

  restore(cancelled: readonly number[]): void {
    this.#cancelled = cancelled;
  }

  /** Has nothing be due until `resume`. */
  suspend(): void {
    this.#isSuspended = true;
  }

  resume(): void {
    this.#isSuspended = false;
  }

  /** Takes an undone change out of the plan; a change by hand is not in it. */
  cancel({ intervention }: Change): void {
    if (intervention !== undefined) this.#cancelled = [...this.#cancelled, intervention];
  }

  /** Puts back what redone changes had made. */
  reinstate(changes: readonly Change[]): void {
    this.#cancelled = this.#cancelled.filter((index) => !hasMade(changes, index));
  }

  /** The first step after this one at which something is to be made; infinite when there is none. */
  nextAfter(step: number): number {
    if (this.#isSuspended) return Number.POSITIVE_INFINITY;
    const later = this.interventions.filter(({ at }, index) => at > step && !this.#cancelled.includes(index));
    return later.reduce((next, { at }) => Math.min(next, at), Number.POSITIVE_INFINITY);
  }

  /** Places in the list of those to be made at this step, `changes` having been made. */
  dueAt(step: number, changes: readonly Change[]): number[] {
    if (this.#isSuspended) return [];
    return [...this.interventions.keys()].filter(
      (index) =>
        this.interventions[index].at === step && !this.#cancelled.includes(index) && !hasMade(changes, index),
    );
  }
}

/** Whether an intervention is among the changes: the log of a run that is resumed repeats it. */
export const hasMade = (changes: readonly Change[], index: number): boolean =>
  changes.some(({ intervention }) => intervention === index);
