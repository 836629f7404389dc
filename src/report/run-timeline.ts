import type { Frame, RunEvent } from '../protocol/index.js';

/** A run as it counts: frames in order of their steps, and the interventions between them. */
export type Timeline = { readonly frames: readonly Frame[]; readonly marks: readonly Mark[] };

/** Something that changed the run, to be marked on its curves. */
export type Mark = { readonly epoch: number; readonly label: string };

const markLabel = (event: RunEvent): string | null => {
  switch (event.event) {
    case 'perturbed':
      return event.perturbation.kind;
    case 'undone':
    case 'redone':
    case 'rewound':
    case 'promoted':
      return event.event;
    case 'learning-rate':
      return `rate ${event.to}`;
    case 'diverged':
    case 'stopped':
      return event.event;
    default:
      return null;
  }
};

/** The lines that count so far, and where among them the perturbations stand. */
type Course = {
  readonly kept: (Frame | RunEvent)[];
  readonly perturbedAt: number[];
};

/**
 * What an undo leaves: all before its perturbation, since the run went on from there; of a perturbation that the log
 * has not, all up to the step that it went back to.
 */
const undone = ({ kept, perturbedAt }: Course, toStep: number): Course => ({
  kept: kept.slice(0, perturbedAt.at(-1)).filter(({ step }) => step <= toStep),
  perturbedAt: perturbedAt.slice(0, -1),
});

const rewound = (course: Course, toStep: number): Course => {
  const kept = course.kept.filter(({ step }) => step <= toStep);
  return { kept, perturbedAt: course.perturbedAt.filter((at) => at < kept.length) };
};

/** Follows a log in its order, through undo, rewind and redo, to the lines on the way to its end. */
export const timelineOf = (lines: readonly (Frame | RunEvent)[], stepsPerEpoch: number): Timeline => {
  let course: Course = { kept: [], perturbedAt: [] };
  const left: Course[] = [];
  for (const line of lines) {
    if (line.type === 'event')
      switch (line.event) {
        case 'perturbed':
          course.perturbedAt.push(course.kept.length);
          break;
        case 'undone':
        case 'rewound':
        case 'promoted':
          left.push(course);
          course = (line.event === 'undone' ? undone : rewound)(course, line.toStep);
          break;
        case 'redone':
          course = left.pop() ?? course;
          break;
      }
    course.kept.push(line);
  }
  const { kept } = course;
  const marks = kept.flatMap((line) => (line.type === 'event' ? markOf(line, stepsPerEpoch) : []));
  const frames = kept.filter((line) => line.type === 'frame');
  // Where an undo goes back to, the frame before the perturbation stands once more.
  return { frames: frames.filter(({ step }, at) => frames[at + 1]?.step !== step), marks };
};

const markOf = (event: RunEvent, stepsPerEpoch: number): Mark[] => {
  const label = markLabel(event);
  const step = 'toStep' in event ? event.toStep : event.step;
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
