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

/**
 * Follows a log in its order. An undo takes back all that came after its perturbation, since the run went on
 * from before it; one whose perturbation the log has not, all beyond the step that it went back to.
 */
export const timelineOf = (lines: readonly (Frame | RunEvent)[], stepsPerEpoch: number): Timeline => {
  let kept: (Frame | RunEvent)[] = [];
  const perturbedAt: number[] = [];
  for (const line of lines) {
    if (line.type === 'event' && line.event === 'perturbed') perturbedAt.push(kept.length);
    if (line.type === 'event' && line.event === 'undone')
      kept = kept.slice(0, perturbedAt.pop()).filter(({ step }) => step <= line.toStep);
    kept.push(line);
  }
  const marks = kept.flatMap((line) => (line.type === 'event' ? markOf(line, stepsPerEpoch) : []));
  const frames = kept.filter((line) => line.type === 'frame');
  // Where an undo goes back to, the frame before the perturbation stands once more.
  return { frames: frames.filter(({ step }, at) => frames[at + 1]?.step !== step), marks };
};

const markOf = (event: RunEvent, stepsPerEpoch: number): Mark[] => {
  const label = markLabel(event);
  const step = event.event === 'undone' ? event.toStep : event.step;
  return label === null ? [] : [{ epoch: step / stepsPerEpoch, label }];
};

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
