import type { LogIndex } from '../log/index.js';
import { type JudgedFrame, statementsOverRun } from '../store/index.js';
import { type CsvCell, row } from './csv.js';
import { framesOf } from './logged-lines.js';
import { judgedSeries } from './statement-series.js';

const heading = ['step', 'epoch', 'metric', 'teacher', 'value', 'verdict', 'quantity'];

function* frameRows(judged: JudgedFrame): Generator<readonly CsvCell[]> {
  const { step, epoch } = judged.frame;
  for (const { id, value, verdict, quantity } of judged.statements)
    yield [step, epoch, id, '', value, verdict, quantity];
  for (const { long, per, of } of judgedSeries) {
    if (long === null || judged.statements.some(({ id }) => id === long)) continue;
    if (per === 'run') yield [step, epoch, long, '', of(judged), '', ''];
    else for (const [j, value] of of(judged).entries()) yield [step, epoch, long, j, value, '', ''];
  }
}

/** The paper's statements, a value a row: of each statement, the census of student nodes, then of each teacher node; of frames that have them. */
export function* statementsCsv(index: LogIndex): Generator<string> {
  yield row(heading);
  for (const judged of statementsOverRun(index.header, framesOf(index), index.header.threshold))
    for (const cells of frameRows(judged)) yield row(cells);
}
