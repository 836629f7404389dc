import type { LogIndex } from '../log/index.js';
import { type JudgedFrame, statementsOverRun } from '../store/index.js';
import { type CsvCell, row } from './csv.js';
import { framesOf } from './logged-lines.js';

const heading = ['step', 'epoch', 'metric', 'teacher', 'value', 'verdict', 'quantity'];

type TeacherTheory = JudgedFrame['theory']['teachers'][number];

/** What is told of each teacher node. */
const teacherMetrics: Readonly<Record<string, (teacher: TeacherTheory) => number>> = {
  epsilon: ({ epsilon }) => epsilon.training,
  epsilon_eval: ({ epsilon }) => epsilon.evaluation,
  part: ({ part }) => part,
  angle: ({ angle }) => angle,
  residual: ({ residual }) => residual,
  loss_part: ({ loss }) => loss,
  loss_fall: ({ fall }) => fall,
};

function* frameRows({ frame, theory, statements, census }: JudgedFrame): Generator<readonly CsvCell[]> {
  const { step, epoch } = frame;
  for (const { id, value, verdict, quantity } of statements)
    yield [step, epoch, id, '', value, verdict, quantity];
  for (const [name, count] of Object.entries(census))
    yield [step, epoch, `nodes_${name.replaceAll(' ', '_')}`, '', count, '', ''];
  for (const [metric, of] of Object.entries(teacherMetrics))
    for (const [j, teacher] of theory.teachers.entries()) yield [step, epoch, metric, j, of(teacher), '', ''];
}

/** The paper's statements, a value a row: of each statement, the census of student nodes, then of each teacher node; of frames that have them. */
export function* statementsCsv(index: LogIndex): Generator<string> {
  yield row(heading);
  for (const judged of statementsOverRun(index.header, framesOf(index), index.header.threshold))
    for (const cells of frameRows(judged)) yield row(cells);
}
