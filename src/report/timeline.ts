import type { Frame, RunEvent } from '../run/protocol.js';

/** A run as it counts: frames in order of their steps, and the interventions between them. */
export type Timeline = { readonly frames: readonly Frame[]; readonly marks: readonly Mark[] };

/** Something that changed the run, to be marked on its curves. */
export type Mark = { readonly epoch: number; readonly label: string };

const markLabel = (event: RunEvent): string | null => {
  switch (event.event) {
    case 'perturbed':
      return event.perturbation.kind;
    case 'undone':
      return 'undone';
    case 'learning-rate':
      return `rate ${event.to}`;
    case 'diverged':
    case 'stopped':
      return event.event;
    default:
      return null;
  }
};

/** What is left of a list once a run has gone back to this step. */
const upTo = <T extends { readonly step: number }>(list: readonly T[], step: number): T[] =>
  list.filter((one) => one.step <= step);

/** Follows a log in its order; a stretch that an undo took back is left out, since the run went on before it. */
export const timelineOf = (
  frames: readonly Frame[],
  events: readonly RunEvent[],
  stepsPerEpoch: number,
): Timeline => {
  let kept: Frame[] = [];
  let marks: { readonly step: number; readonly label: string }[] = [];
  // A frame that goes back in steps follows an undo: frames alone tell where the run went on.
  for (const frame of frames) kept = [...(isBack(kept, frame) ? upTo(kept, frame.step) : kept), frame];
  for (const event of events) {
    if (event.event === 'undone') marks = upTo(marks, event.toStep);
    const label = markLabel(event);
    if (label !== null)
      marks = [...marks, { step: event.event === 'undone' ? event.toStep : event.step, label }];
  }
  return { frames: kept, marks: marks.map(({ step, label }) => ({ epoch: step / stepsPerEpoch, label })) };
};

const isBack = (kept: readonly Frame[], frame: Frame): boolean => (kept.at(-1)?.step ?? 0) > frame.step;

/** First and last of a list and evenly spread ones between, at most this many, each once. */
export const spread = <T>(list: readonly T[], most: number): T[] => {
  if (list.length <= most) return [...list];
  return Array.from(
    { length: most },
    (_, index) => list[Math.round((index * (list.length - 1)) / (most - 1))],
  );
};

/** A stretch of a curve too fine to draw, by its bounds and its last value: no spike is sampled away. */
export type Bucket = {
  readonly epoch: number;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
};

/** Reduces a curve to at most this many stretches; values that are not finite stay as gaps. */
export const bucketed = (
  points: readonly { readonly epoch: number; readonly value: number }[],
  most: number,
): Bucket[] => {
  const size = Math.max(1, Math.ceil(points.length / most));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) => {
    const part = points.slice(index * size, (index + 1) * size);
    const values = part.map(({ value }) => value).filter(Number.isFinite);
    const { epoch, value } = part[part.length - 1];
    return { epoch, value, minimum: Math.min(...values), maximum: Math.max(...values) };
  });
};
