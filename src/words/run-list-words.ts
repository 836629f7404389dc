import type { RunRecord } from '../protocol/index.js';
import { age, asGiven, compact, loss } from './numbers.js';

type Column = {
  readonly head: string;
  readonly align: 'left' | 'right';
  readonly of: (run: RunRecord, now: number) => string;
};

const known = (value: number | null, text: (value: number) => string): string =>
  value === null ? '-' : text(value);

/** "running 4711", or what has become of the run. */
const stateText = ({ state, process }: RunRecord): string =>
  state === 'running' && process !== null ? `running ${process}` : state;

/** What lists of runs show of each, beside its number; the title comes last, as there may be no room for it. */
const runColumns: readonly Column[] = [
  { head: 'name', align: 'left', of: ({ name }) => name },
  { head: 'state', align: 'left', of: stateText },
  {
    head: 'step',
    align: 'right',
    of: ({ step, totalSteps }) => `${known(step, compact)}/${known(totalSteps, compact)}`,
  },
  { head: 'loss', align: 'right', of: ({ evalLoss, trainLoss }) => known(evalLoss ?? trainLoss, loss) },
  {
    head: 'learned',
    align: 'right',
    of: ({ specialized, teachers }) =>
      teachers === 0 ? '-' : `${known(specialized, String)} of ${teachers}`,
  },
  {
    head: 'n/m',
    align: 'right',
    of: ({ overRealization }) => known(overRealization, (value) => `${Number(value.toPrecision(3))}x`),
  },
  { head: 'seed', align: 'right', of: ({ seed }) => asGiven(seed ?? Number.NaN) },
  { head: 'size', align: 'right', of: ({ bytes }) => compact(bytes) },
  { head: 'age', align: 'right', of: ({ writtenAt }, now) => age((now - Date.parse(writtenAt)) / 1000) },
  { head: 'title', align: 'left', of: ({ title }) => title },
];

/** How text is shown, measured and cut in a place. */
export type TextMeasure = {
  /** A text from outside as it can be shown there, in one line. */
  readonly shown: (text: string) => string;
  /** Columns that a terminal gives to it. */
  readonly columnsOf: (text: string) => number;
  /** Its start in so many columns. */
  readonly shorten: (text: string, columns: number) => string;
};

export type RunListOptions = {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly measure: TextMeasure;
  /** Columns to leave out. */
  readonly without?: readonly string[];
  /** Terminal columns that a name may have. */
  readonly longestName?: number;
};

/** Runs as lines, a heading first, each with its number in the list of `all`. */
export const runListLines = (
  runs: readonly RunRecord[],
  all: readonly RunRecord[],
  {
    now,
    measure: { shown, columnsOf, shorten },
    without = [],
    longestName = Number.POSITIVE_INFINITY,
  }: RunListOptions,
): string[] => {
  const numbers = new Map(all.map((run, at) => [run, String(at + 1)]));
  const columns = runColumns.filter(({ head }) => !without.includes(head));
  const rows = [
    ['#', ...columns.map(({ head }) => head)],
    ...runs.map((run) => [
      numbers.get(run) ?? '',
      ...columns.map(({ head, of }) => {
        const cell = shown(of(run, now));
        return head === 'name' ? shorten(cell, longestName) : cell;
      }),
    ]),
  ];
  const widths = rows[0].map((_, at) => rows.reduce((most, row) => Math.max(most, columnsOf(row[at])), 0));
  const aligned = (cell: string, at: number): string => {
    const blanks = ' '.repeat(widths[at] - columnsOf(cell));
    return columns[at - 1]?.align === 'left' ? cell + blanks : blanks + cell;
  };
  return rows.map((row) => row.map(aligned).join('  ').trimEnd());
};
