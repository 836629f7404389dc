import { hiddenShapes } from '../experiment/index.js';
import { recoveredAtEnd, type SweepResult } from '../sweep/index.js';
import { type CsvCell, row } from './csv.js';

/** Settings in which the cells of these results differ, in the order of the grid. */
const settingNames = (results: readonly SweepResult[]): string[] => [
  ...new Set(results.flatMap(({ cell }) => Object.keys(cell))),
];

const settingsOf = ({ cell }: SweepResult, names: readonly string[]): CsvCell[] =>
  names.map((name) => (cell[name] === undefined ? '' : String(cell[name])));

/** A column of the form that has a row a run. */
type Column = { readonly name: string; readonly of: (result: SweepResult) => CsvCell };

const lastMatches = ({ epochs }: SweepResult) =>
  epochs.findLast(({ bestMatchOfTeacher: best }) => best !== null)?.bestMatchOfTeacher;

const plainColumns: readonly Column[] = [
  { name: 'seed', of: ({ seed }) => seed },
  { name: 'status', of: ({ status }) => status },
  { name: 'reason', of: ({ reason }) => reason },
  { name: 'epoch', of: ({ epochs }) => epochs.at(-1)?.epoch },
  { name: 'steps', of: ({ steps }) => steps },
  { name: 'seconds', of: ({ seconds }) => seconds },
  { name: 'train_loss', of: ({ epochs }) => epochs.at(-1)?.trainLoss },
  { name: 'eval_loss', of: ({ epochs }) => epochs.at(-1)?.evalLoss },
];

const engineColumns: readonly Column[] = [
  { name: 'engine', of: ({ engine }) => engine.engine },
  { name: 'variant', of: ({ engine }) => engine.variant },
  { name: 'precision', of: ({ engine }) => engine.precision },
  { name: 'finished_at', of: ({ finishedAt }) => finishedAt },
];

/** Recovered teacher nodes of each layer, and the best match of each node, where a run has them. */
const layerColumns = (results: readonly SweepResult[], threshold: number): Column[] => {
  const shapes = results.map(({ experiment }) => hiddenShapes(experiment));
  const layers = Math.max(0, ...shapes.map(({ length }) => length));
  return Array.from({ length: layers }, (_, L): Column[] => {
    const nodes = Math.max(...shapes.map((shape) => shape[L]?.teachers ?? 0));
    return [
      {
        name: `recovered.${L}`,
        of: (result) => (result.status === 'failed' ? '' : recoveredAtEnd(result, threshold)[L]),
      },
      ...Array.from({ length: nodes }, (__, J) => ({
        name: `best_match.${L}.${J}`,
        of: (result: SweepResult) => lastMatches(result)?.[L]?.[J],
      })),
    ];
  }).flat();
};

/** One finished run a row: settings of its cell, how it ended, losses and best matches of its last epoch. */
export function* sweepRunsCsv(results: readonly SweepResult[], threshold: number): Generator<string> {
  const names = settingNames(results);
  const columns = [...plainColumns, ...layerColumns(results, threshold), ...engineColumns];
  yield row(['run', ...names, ...columns.map(({ name }) => name)]);
  for (const result of results)
    yield row([result.run, ...settingsOf(result, names), ...columns.map(({ of }) => of(result))]);
}

/** What a run has at one epoch, or at its end: metric, layer, teacher, student, value. */
type LongRow = readonly [metric: string, layer: CsvCell, teacher: CsvCell, student: CsvCell, value: number];

const recordRows = ({
  trainLoss,
  evalLoss,
  bestMatchOfTeacher: best,
}: SweepResult['epochs'][number]): LongRow[] => [
  ['train_loss', '', '', '', trainLoss],
  ['eval_loss', '', '', '', evalLoss],
  ...(best ?? []).flatMap((layer, L) => layer.map((match, J): LongRow => ['best_match', L, J, '', match])),
];

const endRows = ({ layers }: SweepResult): LongRow[] =>
  layers.flatMap(({ bestMatchTrain, bestMatchEval, fanOutNorm, contributionNorm = [] }, L) => [
    ...bestMatchTrain.map((match, k): LongRow => ['best_match_of_student_train', L, '', k, match]),
    ...bestMatchEval.map((match, k): LongRow => ['best_match_of_student', L, '', k, match]),
    ...fanOutNorm.map((norm, k): LongRow => ['fan_out_norm', L, '', k, norm]),
    ...contributionNorm.map((norm, k): LongRow => ['contribution_norm', L, '', k, norm]),
  ]);

/** One value a row: run, settings, seed, epoch, metric, layer, teacher, student, value. */
export function* sweepEpochsCsv(results: readonly SweepResult[]): Generator<string> {
  const names = settingNames(results);
  yield row(['run', ...names, 'seed', 'epoch', 'metric', 'layer', 'teacher', 'student', 'value']);
  for (const result of results) {
    const start = [result.run, ...settingsOf(result, names), result.seed];
    for (const record of result.epochs)
      for (const cells of recordRows(record)) yield row([...start, record.epoch, ...cells]);
    for (const cells of endRows(result)) yield row([...start, result.epochs.at(-1)?.epoch, ...cells]);
  }
}
