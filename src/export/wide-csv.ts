import type { LogIndex } from '../log/index.js';
import {
  type Frame,
  type LayerSeries,
  type ListSeries,
  layerSeries,
  listSeries,
  nameAt,
  type PairSeries,
  pairSeries,
  type RunSeries,
  runSeries,
} from '../protocol/index.js';
import { type JudgedFrame, statementJudge } from '../store/index.js';
import { type CsvCell, row } from './csv.js';
import { branchedFramesOf, framesOf } from './logged-lines.js';
import { judgedSeries } from './statement-series.js';

/** A frame, and how the statements are judged there where it has them. */
type Judged = { readonly frame: Frame; readonly judged: JudgedFrame | null };

/** A column of the wide form. */
type Column = { readonly name: string; readonly of: (row: Judged) => CsvCell };

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

/** Frames that show what the others have: the first, the first after a step, and the last. */
const samplesOf = (index: LogIndex): Frame[] => {
  const samples: Frame[] = [];
  for (const frame of framesOf(index)) {
    if (samples.length === 0 || frame.batchLoss !== null) samples.push(frame);
    if (frame.batchLoss !== null) break;
  }
  const last = index.lines.findLastIndex(({ event }) => event === null);
  for (const line of last === -1 ? [] : index.read(last, last + 1))
    if (line.type === 'frame') samples.push(line);
  return samples;
};

/** Indices up to the largest of some lengths. */
const places = (lengths: readonly number[]): number[] => [...new Array(Math.max(0, ...lengths)).keys()];

const runColumns = (samples: readonly Frame[], isClock: boolean): Column[] =>
  Object.values<RunSeries>(runSeries).flatMap(({ wide, of, asked, clock }) => {
    if (wide === undefined || (clock ?? false) !== isClock) return [];
    if (asked && !samples.some((frame) => of(frame) !== undefined)) return [];
    return [{ name: wide, of: ({ frame }) => of(frame) }];
  });

const listColumns = ({ wide, of }: ListSeries, samples: readonly Frame[]): Column[] =>
  wide === undefined
    ? []
    : places(samples.map((frame) => of(frame)?.length ?? 0)).map((at) => ({
        name: nameAt(wide, { C: at, K: at + 1, L: at }),
        of: ({ frame }) => of(frame)?.[at],
      }));

const pairColumns = ({ wide, of, rows, columns }: PairSeries, samples: readonly Frame[]): Column[] => {
  if (wide === undefined) return [];
  const tables = samples.map((frame) => of(frame) ?? []);
  return places(tables.map(({ length }) => length)).flatMap((first) =>
    places(tables.map((table) => table[0]?.length ?? 0)).map((second) => ({
      name: nameAt(wide, { [rows]: first, [columns]: second }),
      of: ({ frame }: Judged) => of(frame)?.[first]?.[second],
    })),
  );
};

const layerColumns = (series: LayerSeries, teachers: readonly number[]): Column[] => {
  const { wide } = series;
  if (wide === undefined || series.per !== 'teacher') return [];
  return teachers.flatMap((nodes, L) =>
    Array.from({ length: nodes }, (_, J) => ({
      name: nameAt(wide, { L, J }),
      of: ({ frame: { layers } }: Judged) => layers[L] && series.of(layers[L])[J],
    })),
  );
};

const hasStatements = (samples: readonly Frame[]): boolean =>
  samples.some(({ statements }) => typeof statements === 'object');

const statementColumns = (teachers: number): Column[] =>
  judgedSeries.flatMap(({ wide, of, per }): Column[] =>
    per === 'run'
      ? [{ name: wide, of: ({ judged }) => (judged ? of(judged) : undefined) }]
      : Array.from({ length: teachers }, (_, J) => ({
          name: nameAt(wide, { J }),
          of: ({ judged }) => (judged ? of(judged)[J] : undefined),
        })),
  );

/** The columns after step and epoch: what no two runs share comes last. */
const columnsOf = (index: LogIndex, samples: readonly Frame[]): Column[] => {
  const teachers = mostTeachers(index);
  return [
    ...runColumns(samples, false),
    ...listSeries.flatMap((series) => listColumns(series, samples)),
    ...pairSeries.flatMap((series) => pairColumns(series, samples)),
    ...layerSeries.flatMap((series) => layerColumns(series, teachers)),
    ...(hasStatements(samples) ? statementColumns(teachers[0] ?? 0) : []),
    ...runColumns(samples, true),
  ];
};

/** One frame a row. */
export function* wideCsv(index: LogIndex): Generator<string> {
  const { header } = index;
  const samples = samplesOf(index);
  const columns = columnsOf(index, samples);
  const judge = hasStatements(samples) ? statementJudge(header, header.threshold) : () => null;
  yield row(['step', 'epoch', ...columns.map(({ name }) => name), 'state_hash', 'branch']);
  for (const { frame, branch } of branchedFramesOf(index)) {
    const shown: Judged = { frame, judged: judge(frame) };
    yield row([frame.step, frame.epoch, ...columns.map(({ of }) => of(shown)), frame.stateHash, branch]);
  }
}
