import { statementIds, symmetryClasses } from '../net/index.js';
import type { JudgedFrame } from '../store/index.js';

type TeacherTheory = JudgedFrame['theory']['teachers'][number];
type Statement = JudgedFrame['statements'][number];

/** What is exported of the paper's statements in a frame. In names J stands for the teacher node. */
export type JudgedSeries = {
  readonly label: string;
  /** The metric of the CSV of statements; null: beside the value there. */
  readonly long: string | null;
  readonly wide: string;
  /** Null: TensorBoard takes numbers only. */
  readonly tag: string | null;
} & (
  | { readonly per: 'run'; readonly of: (judged: JudgedFrame) => number | string | undefined }
  | { readonly per: 'teacher'; readonly of: (judged: JudgedFrame) => readonly number[] }
);

/** As it stands in a column's name. */
const plain = (name: string): string => name.replaceAll(/[- ]/g, '_');

const statementOf = ({ statements }: JudgedFrame, id: Statement['id']): Statement | undefined =>
  statements.find((statement) => statement.id === id);

const teacherSeries = (
  name: string,
  label: string,
  of: (teacher: TeacherTheory) => number,
): JudgedSeries => ({
  ...{ label, long: name, wide: `${name}.J`, tag: `statements/${name}/teacher_J`, per: 'teacher' },
  of: ({ theory }) => theory.teachers.map(of),
});

/** In the order of the exports. */
export const judgedSeries: readonly JudgedSeries[] = [
  ...statementIds.map(
    (id): JudgedSeries => ({
      ...{ label: `value of the statement ${id}`, long: id, wide: `statement_${plain(id)}` },
      ...{ tag: `statements/${plain(id)}`, per: 'run' },
      of: (judged) => statementOf(judged, id)?.value,
    }),
  ),
  ...statementIds.map(
    (id): JudgedSeries => ({
      ...{ label: `verdict on the statement ${id}`, long: null, wide: `verdict_${plain(id)}` },
      ...{ tag: null, per: 'run' },
      of: (judged) => statementOf(judged, id)?.verdict,
    }),
  ),
  ...symmetryClasses.map(
    (name): JudgedSeries => ({
      ...{ label: `student nodes: ${name}`, long: `nodes_${plain(name)}`, wide: `nodes_${plain(name)}` },
      ...{ tag: `statements/nodes/${plain(name)}`, per: 'run' },
      of: ({ census }) => census[name],
    }),
  ),
  teacherSeries('epsilon', 'epsilon on training samples', ({ epsilon }) => epsilon.training),
  teacherSeries('epsilon_eval', 'epsilon on evaluation samples', ({ epsilon }) => epsilon.evaluation),
  teacherSeries('part', "largest part in a gradient, of the teacher's", ({ part }) => part),
  teacherSeries('angle', 'angle to the nearest boundary, degrees', ({ angle }) => angle),
  teacherSeries('residual', 'residual of the kink', ({ residual }) => residual),
  teacherSeries('loss_part', 'part of the loss', ({ loss }) => loss),
  teacherSeries('loss_fall', 'by how much that falls in a step', ({ fall }) => fall),
];

/** What is exported of the statements as a Markdown table. */
export const judgedSeriesMarkdown = (): string => {
  const code = (name: string | null): string => (name === null ? '' : `\`${name}\``);
  return [
    '| statements | metric of their CSV | column of the wide CSV | TensorBoard tag |',
    '| --- | --- | --- | --- |',
    ...judgedSeries.map(
      ({ label, long, wide, tag }) => `| ${label} | ${code(long)} | ${code(wide)} | ${code(tag)} |`,
    ),
    '',
  ].join('\n');
};
