import { type Frame, predictedOf, runSeries } from '../../../protocol/index.js';
import type { RunInput } from '../../read-inputs.js';
import { spread } from '../../run-timeline.js';
import { composeFigure, type Figure } from '../figure.js';
import { seriesStyles } from '../series-style.js';
import { type EpochLine, lastEpochOf, lineOf, linePanel, mostFrames } from './line-panel.js';
import { runSubtitle } from './run-figure.js';

type OrderFrame = NonNullable<Frame['orderParameters']>;

/** Nodes of each network that are drawn: those of the largest Q_ii and T_mm at the end. */
const mostNodes = 8;

const dashed = '5 3';

/** Lines of which only the first of a style has a label: one entry of the legend for each of them. */
const oneEntryEach = (lines: readonly EpochLine[]): EpochLine[] =>
  lines.map((line, at) =>
    lines.slice(0, at).some(({ label }) => label === line.label) ? { ...line, label: '' } : line,
  );

/** A quantity of each of some nodes, as measured and as predicted, in one colour. */
const pairsOf = (
  frames: readonly Frame[],
  { name, color }: { readonly name: string; readonly color: string },
  of: (table: Pick<OrderFrame, 'q' | 'r'>) => number | undefined,
): EpochLine[] => [
  {
    ...lineOf(frames, name, ({ orderParameters }) => orderParameters && of(orderParameters)),
    style: { color, dash: 'none' },
  },
  {
    ...lineOf(frames, 'predicted', (frame) => {
      const predicted = predictedOf(frame);
      return predicted && of(predicted);
    }),
    style: { color, dash: dashed },
  },
];

const lengthLines = (frames: readonly Frame[], nodes: readonly number[]): EpochLine[] => {
  const styles = seriesStyles(nodes.length);
  return nodes.flatMap((i, at) =>
    pairsOf(
      frames,
      { name: at === 0 ? `Q of student node ${i}` : `${i}`, color: styles[at].color },
      ({ q }) => q[i]?.[i],
    ),
  );
};

/** R of student nodes with each teacher node in that one's colour, and T of the teacher node where they end. */
const overlapLines = (
  frames: readonly Frame[],
  nodes: readonly number[],
  teachers: readonly number[],
): EpochLine[] => {
  const styles = seriesStyles(teachers.length);
  return teachers.flatMap((m, at) => {
    const { color } = styles[at];
    const name = at === 0 ? `R with teacher node ${m}` : `${m}`;
    return [
      ...nodes.flatMap((i) => pairsOf(frames, { name, color }, ({ r }) => r[i]?.[m])),
      {
        ...lineOf(frames, 'T of teacher nodes', ({ orderParameters }) => orderParameters?.t[m]?.[m]),
        style: { color, dash: '1 4' },
      },
    ];
  });
};

const lossLines = (frames: readonly Frame[]): EpochLine[] => {
  const { evalLoss, closedFormLoss, predictedLoss } = runSeries;
  return [
    { ...lineOf(frames, evalLoss.label, evalLoss.of), style: { color: '#e07b00', dash: 'none' } },
    { ...lineOf(frames, closedFormLoss.label, closedFormLoss.of), style: { color: '#1d1a4f', dash: '6 3' } },
    { ...lineOf(frames, predictedLoss.label, predictedLoss.of), style: { color: '#444', dash: '2 2' } },
  ];
};

/** The nodes of the largest entries on a table's diagonal, in order. */
const largest = (table: OrderFrame['q']): number[] =>
  [...table.keys()]
    .sort((a, b) => table[b][b] - table[a][a])
    .slice(0, mostNodes)
    .sort((a, b) => a - b);

const someOf = (shown: readonly number[], table: OrderFrame['q'], name: string): string =>
  shown.length < table.length ? `, the ${shown.length} of ${table.length} with the largest ${name}` : '';

/** Why nothing is predicted, as a sentence; nothing where something is. */
const unpredicted = ({ predicted }: OrderFrame): string => {
  if (predicted === null) return ' The equations diverge on the way.';
  return typeof predicted === 'string' ? ` Nothing is predicted: ${predicted}.` : '';
};

/** Order parameters of a soft committee machine over its run, beside their equations' solution; null of any other run. */
export const orderFigure = (run: RunInput, name: string): Figure | null => {
  const measured = run.frames.filter(({ orderParameters }) => orderParameters !== undefined);
  const last = measured[measured.length - 1]?.orderParameters;
  if (!last) return null;
  const frames = spread(measured, mostFrames);
  const end = lastEpochOf(frames);
  const [students, teachers] = [largest(last.q), largest(last.t)];
  const caption = `Covariances of the pre-activations: Q of each student node with itself${someOf(students, last.q, 'Q')}, R of student with teacher nodes in the teacher node’s colour, dotted T of the teacher nodes${someOf(teachers, last.t, 'T')}; dashed what the equations of online learning predict from the start on (Saad and Solla 1995; Goldt et al. 2019). Below, the evaluation loss beside its closed form in Q, R and T and the predicted one.${unpredicted(last)}`;
  return composeFigure(
    `${name}-order`,
    `Order parameters over the run ${run.name}`,
    runSubtitle(run),
    caption,
    [
      ...linePanel(oneEntryEach(lengthLines(frames, students)), { end, height: 200 }),
      ...linePanel(oneEntryEach(overlapLines(frames, students, teachers)), { end, height: 240 }),
      ...linePanel(lossLines(frames), { end, scale: 'log', height: 200 }),
    ],
  );
};
