import type { Bucket, Mark } from '../../../store/index.js';
import { columnOf, isWithin, type TimeWindow } from '../time-axis.js';

/** Values evenly over a plot, NaN where there is none, and the places at which the line through them begins anew. */
export type TimeLine = { readonly values: readonly number[]; readonly starts: ReadonlySet<number> };

/** Of a line in one piece. */
export const noStarts: ReadonlySet<number> = new Set();

/** Whether a mark is of a change to the run: a control's start leaves it as it is. */
const isOfChange = ({ kind }: Mark): boolean => kind !== 'control-started';

/**
 * Whether a change lies between two neighbouring records, so that no slope leads from one to the other. A record at the
 * step of a jump or a perturbation comes after it, one at the step of a change of the rate is not changed yet.
 */
export const isBroken = (marks: readonly Mark[], before: number, step: number): boolean =>
  marks.some(
    (mark) =>
      isOfChange(mark) &&
      before < mark.step &&
      (mark.kind === 'learning-rate' ? mark.step < step : mark.step <= step),
  );

/** The places whose record is the first after a change. `steps`: of the record in each place, null where there is none. */
export const startsOf = (
  steps: readonly (number | null)[],
  marks: readonly Mark[],
  window: TimeWindow,
): ReadonlySet<number> => {
  const starts = new Set<number>();
  for (const mark of marks.filter(({ step }) => isWithin(step, window))) {
    let at = columnOf(mark.step, window, steps.length);
    while (at < steps.length && (steps[at] ?? Number.NEGATIVE_INFINITY) < mark.step) at++;
    const step = steps[at];
    if (typeof step === 'number' && isBroken([mark], Number.NEGATIVE_INFINITY, step)) starts.add(at);
  }
  return starts;
};

/**
 * Values with what is null between two of them bridged in a straight line, or where the second begins anew held: nothing
 * is seen of a change before it. NaN where there is none to bridge.
 */
export const straightened = (values: readonly (number | null)[], starts = noStarts): number[] => {
  const line = values.map((value) => value ?? Number.NaN);
  let previous = -1;
  values.forEach((value, at) => {
    if (value === null) return;
    for (let between = previous + 1; previous >= 0 && between < at; between++) {
      const share = starts.has(at) ? 0 : (between - previous) / (at - previous);
      line[between] = line[previous] + share * (line[at] - line[previous]);
    }
    previous = at;
  });
  return line.map((value) => (Number.isFinite(value) ? value : Number.NaN));
};

/**
 * One value a column: the last one in it, columns without a record bridged in a straight line from one
 * neighbour to the next. A value that is not finite stays a gap, and so does all after the last record.
 */
export const lineOf = (
  columns: readonly (Bucket | null)[],
  read: (bucket: Bucket) => number,
  starts?: ReadonlySet<number>,
): number[] =>
  straightened(
    columns.map((bucket) => (bucket ? read(bucket) : null)),
    starts,
  );

/** The columns whose record is the first after a change. */
export const startsOfColumns = (
  columns: readonly (Bucket | null)[],
  marks: readonly Mark[],
  window: TimeWindow,
): ReadonlySet<number> =>
  marks.length === 0
    ? noStarts
    : startsOf(
        columns.map((bucket) => bucket?.toStep ?? null),
        marks,
        window,
      );
