import type { Breakpoint, Frame } from '../../protocol/index.js';
import type { PublishedFrame } from '../frames/publisher.js';
import { breakpointReason } from './breakpoint.js';

/** The breakpoints of a run, and what of its past they are judged by. */
export class Breakpoints {
  readonly #stepsPerEpoch: number;
  #breakpoints: readonly Breakpoint[];
  #before: Frame | null = null;
  /** Evaluation losses in the order of their steps, since the last plateau. */
  #losses: { readonly step: number; readonly loss: number }[] = [];

  constructor(breakpoints: readonly Breakpoint[], stepsPerEpoch: number) {
    this.#breakpoints = breakpoints;
    this.#stepsPerEpoch = stepsPerEpoch;
  }

  set(breakpoints: readonly Breakpoint[]): void {
    this.#breakpoints = breakpoints;
  }

  /** Takes the next frame; why the run is to pause at it, or null. */
  reasonAt({ frame, events }: PublishedFrame, threshold: number): string | null {
    const lost = events.flatMap((event) => (event.event === 'lost' ? [event.teacher] : []));
    const { step, evalLoss } = frame;
    while (this.#losses.length > 0 && this.#losses[this.#losses.length - 1].step >= step) this.#losses.pop();
    this.#losses.push({ step, loss: evalLoss });
    // Back in time nothing has been crossed.
    const before = this.#before && this.#before.step <= step ? this.#before : frame;
    this.#before = frame;
    const view = {
      frame,
      before,
      threshold,
      lost,
      lossEpochsAgo: (epochs: number) => this.#lossAgo(step, epochs),
    };
    for (const breakpoint of this.#breakpoints) {
      const reason = breakpointReason(breakpoint, view);
      if (reason === null) continue;
      if (breakpoint.kind === 'plateau') this.#losses = this.#losses.slice(-1);
      return reason;
    }
    return null;
  }

  #lossAgo(step: number, epochs: number): number | null {
    const then = step - epochs * this.#stepsPerEpoch;
    return this.#losses.findLast((one) => one.step <= then)?.loss ?? null;
  }
}
