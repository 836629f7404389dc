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

type StepMark = { readonly step: number; readonly label: string; readonly perturbs: boolean };

/** Marks that an undo leaves: those before its step, and at its step all but the perturbation undone. */
const undo = (marks: readonly StepMark[], toStep: number): StepMark[] => {
  const left = marks.filter(({ step }) => step <= toStep);
  const undone = left.findLastIndex(({ step, perturbs }) => perturbs && step === toStep);
  return left.filter((_, index) => index !== undone);
};

const marksOf = (events: readonly RunEvent[]): StepMark[] => {
  let marks: StepMark[] = [];
  for (const event of events) {
    const label = markLabel(event);
    if (label === null) continue;
    const undone = event.event === 'undone';
    if (undone) marks = undo(marks, event.toStep);
    const step = undone ? event.toStep : event.step;
    marks.push({ step, label, perturbs: event.event === 'perturbed' });
  }
  return marks;
};

/** Frames without those that a later one goes back behind: only an undo does. */
const framesInOrder = (frames: readonly Frame[]): Frame[] => {
  const kept: Frame[] = [];
  for (const frame of frames) {
    while (kept.length > 0 && kept[kept.length - 1].step > frame.step) kept.pop();
    kept.push(frame);
  }
  return kept;
};

/** Follows a log in its order; a stretch that an undo took back is left out, since the run went on before it. */
export const timelineOf = (
  frames: readonly Frame[],
  events: readonly RunEvent[],
  stepsPerEpoch: number,
): Timeline => ({
  frames: framesInOrder(frames),
  marks: marksOf(events).map(({ step, label }) => ({ epoch: step / stepsPerEpoch, label })),
});

/** Marks far enough from the one labelled before to have a label of their own. */
export const labelled = (marks: readonly Mark[], distance: number): Mark[] => {
  const kept: Mark[] = [];
  for (const mark of [...marks].sort((a, b) => a.epoch - b.epoch))
    if (kept.length === 0 || mark.epoch - kept[kept.length - 1].epoch >= distance) kept.push(mark);
  return kept;
};

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
