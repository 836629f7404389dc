import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { Header } from '../../src/protocol/header.js';

type Line = Frame | RunEvent;

/** The numbers of a moment, reckoned from the log by itself: line by line from the start, nothing thinned. */
export type Moment = {
  readonly frame: Frame;
  readonly threshold: number;
  readonly learningRate: number;
  readonly teacherStrength: Header['teacherStrength'];
  readonly events: readonly RunEvent[];
  /** By layer and teacher node. */
  readonly since: readonly (readonly (number | null)[])[];
  readonly owners: readonly (readonly number[])[];
};

const isJump = (line: Line): boolean => line.type === 'event' && 'toStep' in line;

/** The lines that a moment with this frame tells: all before it, and what followed before the next frame but a jump. */
const told = (lines: readonly Line[], frame: Frame): readonly Line[] => {
  const at = lines.indexOf(frame);
  const next = lines.findIndex((line, index) => index > at && (line.type === 'frame' || isJump(line)));
  return next === -1 ? lines : lines.slice(0, next);
};

const isChange = (line: Line): boolean =>
  line.type === 'event' &&
  (line.event === 'perturbed' || (line.event === 'learning-rate' && line.cause === 'key'));

/** The lines before the change of this number on the way. */
const beforeChange = (course: readonly Line[], change: number): Line[] => {
  const at = course.flatMap((line, place) => (isChange(line) ? [place] : []))[change];
  return course.slice(0, at);
};

/** Frames on the way to the last line, through undo, redo, rewind and promotion. */
const courseOf = (lines: readonly Line[]): Frame[] => {
  let course: Line[] = [];
  let redoable: Line[][] = [];
  let atControl: Line[] = [];
  const stepBack = (to: Line[]): void => {
    redoable.push(course);
    course = to;
  };
  for (const line of lines) {
    if (line.type === 'event')
      switch (line.event) {
        case 'undone':
          stepBack(
            course.slice(
              0,
              course.findLastIndex((one) => one.type === 'event' && one.event === 'perturbed'),
            ),
          );
          break;
        case 'rewound':
          stepBack(
            beforeChange(course, line.changes ?? Number.POSITIVE_INFINITY).filter(
              (one) => one.step <= line.toStep,
            ),
          );
          break;
        case 'forked':
          atControl = course;
          break;
        case 'promoted':
          stepBack(atControl);
          break;
        case 'redone':
          course = redoable.pop() ?? course;
          break;
        case 'perturbed':
          redoable = [];
          break;
        case 'learning-rate':
          if (line.cause === 'key') redoable = [];
          break;
        default:
      }
    if (line.type === 'frame' || isChange(line)) course = [...course, line];
  }
  return course.filter((line) => line.type === 'frame');
};

const sinceIn = (course: readonly Frame[], layer: number, node: number, threshold: number): number | null => {
  let since: number | null = null;
  for (const { step, layers } of course) {
    const best = layers[layer].bestMatchOfTeacher[node] ?? Number.NaN;
    since = best > threshold ? (since ?? step) : null;
  }
  return since;
};

/** How much better another student must be to take a node over. */
const margin = 0.05;

const ownerIn = (course: readonly Frame[], layer: number, node: number, threshold: number): number => {
  let owner = -1;
  let wasAbove = false;
  for (const { layers } of course) {
    const { bestMatchOfTeacher, bestStudentOfTeacher, correlation } = layers[layer];
    if (node >= bestMatchOfTeacher.length) continue;
    const best = bestMatchOfTeacher[node];
    const own = owner === bestStudentOfTeacher[node] ? best : correlation[node][owner];
    const isAbove = best > threshold;
    const keeps =
      owner !== -1 && (wasAbove || !isAbove) && own >= best - margin && (!isAbove || own > threshold);
    if (!keeps) owner = bestStudentOfTeacher[node];
    wasAbove = isAbove;
  }
  return owner;
};

/** What a screen with this frame of the log is to show. */
export const momentOf = (header: Header, lines: readonly Line[], frame: Frame): Moment => {
  const before = told(lines, frame);
  const course = courseOf(before);
  const events = before.filter((line) => line.type === 'event');
  const threshold = events.findLast(({ event }) => event === 'threshold');
  const judge = threshold && 'threshold' in threshold ? threshold.threshold : header.threshold;
  const rate = before.findLast((line) => line.type === 'frame' || line.event === 'learning-rate');
  const nodes = <T>(of: (layer: number, node: number) => T): T[][] =>
    frame.layers.map(({ bestMatchOfTeacher }, layer) => bestMatchOfTeacher.map((_, node) => of(layer, node)));
  return {
    frame,
    threshold: judge,
    learningRate: rate?.type === 'frame' ? rate.learningRate : rate && 'to' in rate ? rate.to : Number.NaN,
    teacherStrength: frame.teacherStrength ?? header.teacherStrength,
    events,
    since: nodes((layer, node) => sinceIn(course, layer, node, judge)),
    owners: nodes((layer, node) => ownerIn(course, layer, node, judge)),
  };
};
