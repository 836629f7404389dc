import * as Plot from '@observablehq/plot';
import type { Frame } from '../../../protocol/index.js';
import type { RunInput } from '../../read-inputs.js';
import { spread } from '../../run-timeline.js';
import { composeFigure, drawPlot, type Figure, type Part } from '../figure.js';
import { drawLegend, seriesStyles } from '../series-style.js';
import { type EpochLine, lastEpochOf, lineOf, linePanel, mostFrames } from './line-panel.js';
import { runSubtitle } from './run-figure.js';

const width = 760;
/** Classes that there is room for: the teacher's most common. */
const mostClasses = 40;

const counters = { teacher: 'by the teacher', student: 'by the student', labels: 'by label' } as const;

/** Shares of evaluation samples that are among the first 1 and the first 5, in percent. */
const agreementLines = (frames: readonly Frame[]): EpochLine[] =>
  [
    { whom: 'the teacher', of: ({ topAgreement }: Frame) => topAgreement },
    { whom: 'the labels', of: ({ labels }: Frame) => labels?.topAgreement },
  ].flatMap(({ whom, of }) =>
    [1, 5].map((rank) =>
      lineOf(
        frames,
        rank === 1 ? `% as ${whom}` : `% among the first ${rank}`,
        (frame) => of(frame)?.[rank - 1],
      ),
    ),
  );

/** Evaluation samples of each class, a bar each of the networks and the labels. */
const drawCounts = (classes: NonNullable<Frame['classes']>): Part[] => {
  const order = [...classes.teacher.keys()].sort((a, b) => classes.teacher[b] - classes.teacher[a]);
  const shown = order.slice(0, mostClasses);
  const kinds = (['teacher', 'student', 'labels'] as const).filter((kind) => classes[kind] !== undefined);
  const styles = seriesStyles(kinds.length);
  const bars = kinds.flatMap((kind) =>
    shown.map((name) => ({ name, kind: counters[kind], count: classes[kind]?.[name] ?? 0 })),
  );
  const color = {
    domain: kinds.map((kind) => counters[kind]),
    range: styles.map((style) => style.color),
  };
  const plot = drawPlot({
    ...{ width, height: 200, marginLeft: 64, marginRight: 20, marginTop: 8, marginBottom: 40 },
    fx: { label: 'class', domain: shown, padding: 0.15, labelAnchor: 'center', labelArrow: 'none' },
    x: { axis: null, domain: color.domain },
    y: { label: 'evaluation samples', labelAnchor: 'center', labelArrow: 'none', ticks: 4 },
    color,
    marks: [
      Plot.gridY({ ticks: 4, stroke: '#ddd', strokeOpacity: 1 }),
      Plot.barY(bars, { fx: 'name', x: 'kind', y: 'count', fill: 'kind' }),
      Plot.ruleY([0]),
    ],
  });
  const legend = kinds.map((kind, at) => ({ label: counters[kind], color: styles[at].color, swatch: true }));
  return [drawLegend(legend, width), plot];
};

/** What a student of classes agrees with over its run, and how many samples each class has at the end; null of any other run. */
export const classesFigure = (run: RunInput, name: string): Figure | null => {
  const { frames } = run;
  const shown = spread(frames, mostFrames);
  const end = lastEpochOf(frames);
  const classes = frames.findLast((frame) => frame.classes !== undefined)?.classes;
  const parts = [
    ...linePanel(agreementLines(shown), { end }),
    ...linePanel([lineOf(shown, 'cross-entropy with the labels', ({ labels }) => labels?.loss)], { end }),
    ...(classes ? drawCounts(classes) : []),
  ];
  if (parts.length === 0) return null;
  const caption = `How often the student’s class is the teacher’s or the label of the data set, and how often that is among its first five, on the evaluation set; below, where the run recorded them, how many of its samples each class has at the last frame, the teacher’s most common ones first${classes && classes.teacher.length > mostClasses ? ` (${mostClasses} of ${classes.teacher.length})` : ''}.`;
  return composeFigure(
    `${name}-classes`,
    `Classes over the run ${run.name}`,
    runSubtitle(run),
    caption,
    parts,
  );
};
