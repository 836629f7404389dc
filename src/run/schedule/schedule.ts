import type { Experiment } from '../../experiment/index.js';
import type { Breakpoint, Intervention } from '../../protocol/index.js';
import { Breakpoints } from './breakpoints.js';
import { InterventionPlan } from './intervention-plan.js';

type ScheduleOptions = {
  readonly experiment: Experiment;
  readonly frameEvery: number;
  readonly totalSteps: number;
  readonly interventions: readonly Intervention[];
  readonly breakpoints: readonly Breakpoint[];
};

const never = Number.POSITIVE_INFINITY;

/** When a run shows a frame, starts an epoch, changes itself, pauses, waits and ends. All in steps. */
export class Schedule {
  readonly interventions: InterventionPlan;
  readonly breakpoints: Breakpoints;
  readonly #frameEvery: number;
  readonly #stepsPerEpoch: number;
  readonly #totalSteps: number;
  #pauseAt = never;
  #holdAt = never;
  #shownAt = never;

  constructor({ experiment, frameEvery, totalSteps, interventions, breakpoints }: ScheduleOptions) {
    this.interventions = new InterventionPlan(interventions);
    this.breakpoints = new Breakpoints(breakpoints, experiment.stepsPerEpoch);
    this.#frameEvery = frameEvery;
    this.#stepsPerEpoch = experiment.stepsPerEpoch;
    this.#totalSteps = totalSteps;
  }

  /** The first step after this one at which something is due. */
  nextAfter(step: number): number {
    const multipleAfter = (period: number): number => (Math.floor(step / period) + 1) * period;
    return Math.min(
      multipleAfter(this.#frameEvery),
      multipleAfter(this.#stepsPerEpoch),
      this.#pauseAt,
      this.#holdAt,
      this.interventions.nextAfter(step),
      this.#totalSteps,
    );
  }

  isEnd(step: number): boolean {
    return step >= this.#totalSteps;
  }

  isFrameDue(step: number): boolean {
    return this.isEnd(step) || step % this.#frameEvery === 0 || step === this.#shownAt;
  }

  isEpochStart(step: number): boolean {
    return !this.isEnd(step) && step % this.#stepsPerEpoch === 0;
  }

  isPauseDue(step: number): boolean {
    return step >= this.#pauseAt;
  }

  isHeld(step: number): boolean {
    return step >= this.#holdAt;
  }

  pauseAt(step: number): void {
    this.#pauseAt = step;
  }

  cancelPause(): void {
    this.#pauseAt = never;
  }

  /** Sets the step at which the run waits, so that it and its control stay together, and whether a frame is due there. */
  holdAt(step: number, isShown: boolean): void {
    this.#holdAt = step;
    this.#shownAt = isShown ? step : never;
  }
}
