import type { LogIndex } from '../log/index.js';
import {
  type Frame,
  type LayerFrame,
  type LayerSeries,
  layerSeries,
  listSeries,
  nameAt,
  type PairSeries,
  pairSeries,
  type RunEvent,
  type RunSeries,
  runSeries,
} from '../protocol/index.js';
import { branchedFramesOf, branchesOf } from './logged-lines.js';

export type CsvCell = string | number | null | undefined;

/** What spreadsheets take for a formula; a number is none. Source: OWASP, "CSV Injection". */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A stranger's text, in which a spreadsheet finds no formula. */
const harmless = (text: string): string =>
  formula.test(text) && !plainNumber.test(text) ? `'${text}` : text;

/** A cell of RFC 4180: quoted where it must be; empty for what is missing, NaN for what is no number. */
const cell = (value: CsvCell): string => {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'number' ? String(value) : harmless(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A line of RFC 4180. */
export const row = (cells: readonly CsvCell[]): string => `${cells.map(cell).join(',')}\r\n`;

const clockless = Object.values<RunSeries>(runSeries).filter(({ clock }) => !clock);

const longHeading = ['step', 'epoch', 'metric', 'layer', 'teacher', 'student', 'value', 'branch'];

/** What one series has of a hidden layer: metric, layer, teacher, student, value. */
const layerRows = (series: LayerSeries, layer: LayerFrame, L: number): CsvCell[][] => {
  const { long, per } = series;
  if (long === undefined) return [];
  switch (per) {
    case 'teacher':
      return series
        .of(layer)
        .map((value, teacher) => [long, L, teacher, layer.bestStudentOfTeacher[teacher], value]);
    case 'student':
      return series.of(layer).map((value, student) => [long, L, '', student, value]);
    case 'pair':
      return series
        .of(layer)
        .flatMap((values, teacher) => values.map((value, student) => [long, L, teacher, student, value]));
  }
};

/** What one series has of pairs of nodes; of two nodes of one network the second is in the metric's name. */
const pairRows = ({ long, of, rows, columns }: PairSeries, frame: Frame): CsvCell[][] => {
  if (long === undefined) return [];
  return (of(frame) ?? []).flatMap((values, first) =>
    values.map((value, second) => {
      const student = rows === 'I' ? first : '';
      const teacher = rows === 'J' ? first : columns === 'J' ? second : '';
      return [nameAt(long, { N: second }), 0, teacher, student, value];
    }),
  );
};

function* longRows(frame: Frame): Generator<readonly CsvCell[]> {
  for (const { long, of } of clockless) {
    const value = of(frame);
    if (long !== undefined && value !== undefined) yield [long, '', '', '', value];
  }
  for (const { long, per, of } of listSeries)
    for (const [at, value] of (of(frame) ?? []).entries())
      if (long !== undefined)
        yield [nameAt(long, { C: at, K: at + 1 }), per === 'weights' ? at : '', '', '', value];
  for (const series of pairSeries) yield* pairRows(series, frame);
  for (const [L, layer] of frame.layers.entries())
    for (const series of layerSeries) yield* layerRows(series, layer, L);
}

/** One value a row: step, epoch, metric, layer, teacher, student, value, branch. */
export function* longCsv(index: LogIndex): Generator<string> {
  yield row(longHeading);
  for (const { frame, branch } of branchedFramesOf(index))
    for (const cells of longRows(frame)) yield row([frame.step, frame.epoch, ...cells, branch]);
}

const detailOf = (event: RunEvent): CsvCell => {
  if ('summary' in event) return event.summary;
  if ('correlation' in event) return event.correlation;
  if (event.event === 'learning-rate') return event.to;
  return event.event === 'threshold' ? event.threshold : '';
};

/** One event a row. */
export function* eventsCsv(index: LogIndex): Generator<string> {
  yield row(['step', 'event', 'to_step', 'layer', 'teacher', 'student', 'detail', 'branch']);
  for (const [at, branch] of branchesOf(index).entries()) {
    if (index.lines[at].event === null) continue;
    for (const line of index.read(at, at + 1)) {
      if (line.type === 'frame') continue;
      const nodes = 'teacher' in line ? [line.layer, line.teacher, line.student] : ['', '', ''];
      const toStep = 'toStep' in line ? line.toStep : '';
      yield row([line.step, line.event, toStep, ...nodes, detailOf(line), branch]);
    }
  }
}
