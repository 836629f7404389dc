import type { TheoryMessage } from '../../protocol/index.js';

/** How fast a teacher node's part of the loss falls: the share of it that is lost in a step. */
export type LossSpeed = {
  /** By the gradient of all training samples, now. NaN where it is not predicted, or nothing of the loss is due to the node. */
  readonly predicted: number;
  /** Since the evaluation before, as if it had fallen at one rate. NaN without two parts above 0. */
  readonly measured: number;
};

/** Of each teacher node. `before`: an earlier evaluation of the same course. */
export const lossSpeeds = (now: TheoryMessage, before: TheoryMessage | null): LossSpeed[] => {
  if (typeof now.theory === 'string') return [];
  const earlier = before && typeof before.theory !== 'string' ? before.theory.teachers : [];
  return now.theory.teachers.map(({ loss, fall }, j) => ({
    predicted: loss > 0 ? fall / loss : Number.NaN,
    measured:
      loss > 0 && earlier[j]?.loss > 0 && before !== null && before.step < now.step
        ? Math.log(earlier[j].loss / loss) / (now.step - before.step)
        : Number.NaN,
  }));
};
