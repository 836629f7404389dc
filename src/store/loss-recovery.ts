import type { Frame, RunEvent } from '../protocol/index.js';

/** What a perturbation did to the evaluation loss, and when the loss was back. */
export type Recovery = {
  readonly event: RunEvent;
  readonly step: number;
  /** In the frame before it. */
  readonly before: number;
  /** In the frame right after it; null until there is one. */
  readonly after: number | null;
  /** First frame at which the loss was no larger than before; null as long as it has not been. */
  readonly backAt: number | null;
};

export const perturbedBy = (event: RunEvent, frame: Frame | null): Recovery => ({
  event,
  step: event.step,
  before: frame?.evalLoss ?? Number.NaN,
  after: null,
  backAt: null,
});

/** What is known of it after one more frame. */
export const recoverAt = (recovery: Recovery, { step, evalLoss }: Frame): Recovery => {
  const { before, after, backAt } = recovery;
  const seen = { ...recovery, after: after ?? evalLoss };
  return backAt === null && evalLoss <= before ? { ...seen, backAt: step } : seen;
};
