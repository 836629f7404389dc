import type { Frame, RunEvent } from '../protocol/index.js';
import { type Branches, followEvent, isChange, type JumpBack, noBranches, placeOf } from '../store/index.js';
import { eventMark } from '../words/index.js';

/** A run as it counts: frames in order of their steps, and the interventions between them. */
export type RunTimeline = { readonly frames: readonly Frame[]; readonly marks: readonly TimelineMark[] };

/** Something that changed the run, to be marked on its curves. */
export type TimelineMark = { readonly epoch: number; readonly label: string };

type Lines = (Frame | RunEvent)[];

/** The lines up to where a jump back leads: to before the latest perturbation, or to a step after so many changes. */
const cutBack = (lines: Lines, { event, toStep, changes }: JumpBack): Lines => {
  const at =
    event === 'undone'
      ? lines.findLastIndex((line) => line.type === 'event' && line.event === 'perturbed')
      : changes === undefined
        ? -1
        : placeOfChange(lines, changes);
  const before = at === -1 ? lines : lines.slice(0, at);
  return before.filter((line) => placeOf(line) <= toStep);
};

/** Where the lines have a change, counted from 0; -1 where they do not. */
const placeOfChange = (lines: Lines, change: number): number =>
  [...lines.keys()].filter((at) => isChangeLine(lines[at]))[change] ?? -1;

const isChangeLine = (line: Frame | RunEvent): boolean => line.type === 'event' && isChange(line);

/** Follows a log in its order, through undo, rewind and redo, to the lines on the way to its end. */
export const timelineOf = (lines: readonly (Frame | RunEvent)[], stepsPerEpoch: number): RunTimeline => {
  let branches: Branches<Lines> = noBranches([]);
  for (const line of lines) {
    if (line.type === 'event') branches = followEvent(branches, line, cutBack);
    // What a control started from stays as it is.
    if (branches.past === branches.controlStart) branches = { ...branches, past: [...branches.past] };
    branches.past.push(line);
  }
  const { past } = branches;
  const marks = past.flatMap((line) => (line.type === 'event' ? markOf(line, stepsPerEpoch) : []));
  const frames = past.filter((line) => line.type === 'frame');
  // Where an undo goes back to, the frame before the perturbation stands once more.
  return { frames: frames.filter(({ step }, at) => frames[at + 1]?.step !== step), marks };
};

const markOf = (event: RunEvent, stepsPerEpoch: number): TimelineMark[] => {
  const label = eventMark(event);
  return label === null ? [] : [{ epoch: placeOf(event) / stepsPerEpoch, label }];
};

/** Marks far enough from the one labelled before to have a label of their own. */
export const labelled = (marks: readonly TimelineMark[], distance: number): TimelineMark[] => {
  const kept: TimelineMark[] = [];
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
export type CurveStretch = {
  readonly epoch: number;
  readonly value: number;
  readonly minimum: number;
  readonly maximum: number;
};

/** Reduces a curve to at most this many stretches; values that are not finite stay as gaps. */
export const bucketed = (
  points: readonly { readonly epoch: number; readonly value: number }[],
  most: number,
): CurveStretch[] => {
  const size = Math.max(1, Math.ceil(points.length / most));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) => {
    const part = points.slice(index * size, (index + 1) * size);
    const values = part.map(({ value }) => value).filter(Number.isFinite);
    const { epoch, value } = part[part.length - 1];
    return { epoch, value, minimum: Math.min(...values), maximum: Math.max(...values) };
  });
};
