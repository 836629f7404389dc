import * as Plot from '@observablehq/plot';
import type { StudentPoint } from '../../sweep/index.js';
import type { SummarizedLayer } from '../summarized-group.js';
import { composeFigure, drawPlot, type Figure } from './figure.js';
import {
  decayLabel,
  decaysOf,
  multiLabel,
  multisOf,
  subtitleOf,
  suffixOf,
  titleSuffixOf,
} from './sweep-figure.js';

/** Points of one cell closer than this share of the axis are drawn once: they could not be told apart. */
const grain = 1 / 400;

/** Leaves out points that would cover another; what is drawn looks the same and is a tenth of the size. */
export const thinPoints = (points: readonly StudentPoint[], highest: number): StudentPoint[] => {
  const places = new Map<string, StudentPoint>();
  for (const point of points) {
    const x = Math.round(point.bestMatch / grain);
    const y = Math.round(point.fanOutNorm / (highest * grain));
    places.set(`${x} ${y}`, point);
  }
  return [...places.values()];
};

const caption = (threshold: number, height: string): string =>
  `Each dot is a student node at the end of a run: its best correlation with a teacher node on the training set, against its ${height}. Nodes end near correlation 1 at any height, or near height 0: the L-shape of specialization. The dashed line is the threshold ${threshold}.`;

/** Best training correlation against the height of the L-shape, over-realization down, strength decay across. */
export const lShapeFigure = (of: SummarizedLayer): Figure => {
  const [multis, decays] = [multisOf(of), decaysOf(of)];
  // Not a spread into Math.max: a large sweep has more nodes than a call has room for arguments.
  const highest = of.summaries
    .flatMap(({ students }) => students)
    .reduce((most, { fanOutNorm }) => Math.max(most, fanOutNorm), 1e-9);
  const points = of.summaries.flatMap(({ cell, students }) =>
    thinPoints(students, highest).map((point) => ({
      ...point,
      multi: cell.multi,
      decay: cell.strengthDecay,
    })),
  );
  const { height } = of.summaries.find(({ students }) => students.length > 0) ?? of.summaries[0];
  const facet = { fx: 'decay', fy: 'multi' } as const;
  const width = Math.max(420, 110 + 150 * decays.length);
  const plot = drawPlot({
    width,
    height: 90 + 118 * multis.length,
    marginLeft: 52,
    marginRight: 66,
    marginTop: 30,
    marginBottom: 44,
    x: {
      domain: [0, 1],
      insetLeft: 3,
      insetRight: 5,
      ticks: 3,
      tickFormat: '~r',
      label: 'best correlation on the training set',
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    y: {
      domain: [0, highest],
      insetTop: 4,
      insetBottom: 4,
      nice: true,
      ticks: 4,
      label: height,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    fx: { domain: decays, tickFormat: decayLabel, label: null, padding: 0.08 },
    fy: {
      domain: multis,
      tickFormat: multiLabel,
      label: 'over-realization n/m',
      labelAnchor: 'center',
      padding: 0.1,
    },
    marks: [
      Plot.frame({ stroke: '#999' }),
      Plot.ruleX([of.threshold], { stroke: '#777', strokeDasharray: '3 3' }),
      Plot.dot(points, {
        ...facet,
        x: 'bestMatch',
        y: 'fanOutNorm',
        r: 1.7,
        fill: '#16254a',
        fillOpacity: 0.45,
      }),
    ],
  });
  const title = `L-shape of specialization${titleSuffixOf(of)}`;
  return composeFigure(`l-shape${suffixOf(of)}`, title, subtitleOf(of), caption(of.threshold, height), [
    plot,
  ]);
};
