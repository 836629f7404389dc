import type { LogIndex } from '../log/index.js';
import {
  type Frame,
  type LayerFrame,
  type LayerSeries,
  type ListSeries,
  layerSeries,
  listSeries,
  nameAt,
  type RunEvent,
  type RunSeries,
  runSeries,
} from '../protocol/index.js';
import { branchedFramesOf, branchesOf, framesOf } from './logged-lines.js';

export type CsvCell = string | number | null | undefined;

/** What spreadsheets take for a formula; a number is none. Source: OWASP, "CSV Injection". */
const formula = /^[=+\-@\t\r]/;
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

const allRunSeries = Object.values<RunSeries>(runSeries);
const clockless = allRunSeries.filter(({ clock }) => !clock);
const clocks = allRunSeries.filter(({ clock }) => clock);

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

/** Order parameters: of a pair of student or of teacher nodes the second one is in the metric's name. */
const orderRows = ({ q, r, t, predicted }: NonNullable<Frame['orderParameters']>): CsvCell[][] => {
  const ofStudent = (prefix: string, of: { readonly q: typeof q; readonly r: typeof r }): CsvCell[][] => [
    ...of.q.flatMap((row, i) => row.map((value, k) => [`${prefix}q.${k}`, 0, '', i, value])),
    ...of.r.flatMap((row, i) => row.map((value, m) => [`${prefix}r`, 0, m, i, value])),
  ];
  return [
    ...ofStudent('order_', { q, r }),
    ...t.flatMap((row, m) => row.map((value, j) => [`order_t.${j}`, 0, m, '', value])),
    ...(predicted ? ofStudent('predicted_', predicted) : []),
  ];
};

function* longRows(frame: Frame): Generator<readonly CsvCell[]> {
  for (const { long, of } of clockless) {
    const value = of(frame);
    if (long !== undefined && value !== undefined) yield [long, '', '', '', value];
  }
  for (const { long, per, of } of listSeries)
    for (const [at, value] of (of(frame) ?? []).entries())
      if (long !== undefined) yield [nameAt(long, { K: at + 1 }), per === 'weights' ? at : '', '', '', value];
  if (frame.orderParameters) yield* orderRows(frame.orderParameters);
  for (const [L, layer] of frame.layers.entries())
    for (const series of layerSeries) yield* layerRows(series, layer, L);
}

/** One value a row: step, epoch, metric, layer, teacher, student, value, branch. */
export function* longCsv(index: LogIndex): Generator<string> {
  yield row(longHeading);
  for (const { frame, branch } of branchedFramesOf(index))
    for (const cells of longRows(frame)) yield row([frame.step, frame.epoch, ...cells, branch]);
}

/** Most nodes of each hidden teacher layer in any frame: a run may add some on its way. */
const mostTeachers = (index: LogIndex): number[] => {
  const perturbed = index.lines.flatMap(({ event }, at) =>
    event === 'perturbed' ? index.read(at, at + 1) : [],
  );
  const added = perturbed.filter(
    (line) =>
      line.type === 'event' && line.event === 'perturbed' && line.perturbation.kind === 'add-teacher-node',
  ).length;
  return index.header.teacherStrength.map((nodes) => nodes.length + added);
};

/** Numbers that a list has from the first step on; 0 where the run has no such list, or no step. */
const lengthOf = (index: LogIndex, of: ListSeries['of']): number => {
  for (const frame of framesOf(index)) if (frame.batchLoss !== null) return of(frame)?.length ?? 0;
  return 0;
};

/** A column of the wide form. */
type Column = { readonly name: string; readonly of: (frame: Frame) => CsvCell };

const layerColumns = (series: LayerSeries, teachers: readonly number[]): Column[] => {
  const { wide } = series;
  if (wide === undefined || series.per !== 'teacher') return [];
  return teachers.flatMap((nodes, L) =>
    Array.from({ length: nodes }, (_, J) => ({
      name: nameAt(wide, { L, J }),
      of: ({ layers }: Frame) => series.of(layers[L])[J],
    })),
  );
};

const runColumns = (series: readonly RunSeries[]): Column[] =>
  series.flatMap(({ wide, of }) => (wide === undefined ? [] : [{ name: wide, of }]));

/** The columns after step and epoch: what no two runs share comes last. */
const columnsOf = (index: LogIndex): Column[] => {
  const teachers = mostTeachers(index);
  return [
    ...runColumns(clockless),
    ...listSeries.flatMap(({ wide, of }) =>
      wide === undefined
        ? []
        : Array.from({ length: lengthOf(index, of) }, (_, L) => ({
            name: nameAt(wide, { L }),
            of: (frame: Frame) => of(frame)?.[L],
          })),
    ),
    ...layerSeries.flatMap((series) => layerColumns(series, teachers)),
    ...runColumns(clocks),
  ];
};

/** One frame a row. */
export function* wideCsv(index: LogIndex): Generator<string> {
  const columns = columnsOf(index);
  yield row(['step', 'epoch', ...columns.map(({ name }) => name), 'state_hash', 'branch']);
  for (const { frame, branch } of branchedFramesOf(index))
    yield row([frame.step, frame.epoch, ...columns.map(({ of }) => of(frame)), frame.stateHash, branch]);
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
