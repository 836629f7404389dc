import * as Plot from '@observablehq/plot';
import type { Frame } from '../../../protocol/index.js';
import { drawPlot, type Part } from '../figure.js';
import { logAxis, logTicks } from '../log-axis.js';
import { drawLegends, type SeriesStyle, seriesStyles } from '../series-style.js';

const width = 760;
/** Most frames that a figure of this width can show. */
export const mostFrames = 300;

type Point = { readonly epoch: number; readonly value: number };

/** A line over the epochs of a run, with a style of its own where it has one. */
export type EpochLine = {
  readonly label: string;
  readonly points: readonly Point[];
  readonly style?: LineStyle;
};
type LineStyle = Pick<SeriesStyle, 'color' | 'dash'>;

/** A number of each frame; a gap where it has none. */
export const lineOf = (
  frames: readonly Frame[],
  label: string,
  of: (frame: Frame) => number | undefined,
): EpochLine => ({
  label,
  points: frames.map((frame) => ({ epoch: frame.epoch, value: of(frame) ?? Number.NaN })),
});

const isDrawn = ({ points }: EpochLine): boolean => points.some(({ value }) => Number.isFinite(value));

/** How a panel of lines is drawn. */
type PanelChoice = {
  /** The last epoch. */
  readonly end: number;
  readonly scale?: 'linear' | 'log';
  readonly height?: number;
};

/** Lines over epochs below their legend; nothing where they have no number. A line without a label is not in the legend. */
export const linePanel = (
  all: readonly EpochLine[],
  { end, scale = 'linear', height = 150 }: PanelChoice,
): Part[] => {
  const lines = all.filter(isDrawn);
  if (lines.length === 0) return [];
  const styles = seriesStyles(lines.length).map((style, at) => lines[at].style ?? style);
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const powers = scale === 'log' ? logTicks(values, 5) : null;
  const plot = drawPlot({
    ...{ width, height },
    marginLeft: 64,
    marginRight: 20,
    marginTop: 8,
    marginBottom: 34,
    x: { domain: [0, end], label: 'epoch', labelAnchor: 'center', labelArrow: 'none' },
    y: scale === 'log' ? { type: 'log', label: null } : { label: null, ticks: 4, nice: true, zero: true },
    marks: [
      ...(powers ? [logAxis(powers)] : []),
      Plot.gridY({ ticks: powers ?? 4, stroke: '#ddd', strokeOpacity: 1 }),
      Plot.frame({ stroke: '#999' }),
      ...lines.map(({ points }, at) =>
        Plot.line(
          // A log axis has no place for 0.
          scale === 'log' ? points.map(positive) : points,
          {
            x: 'epoch',
            y: 'value',
            stroke: styles[at].color,
            strokeDasharray: styles[at].dash,
            strokeWidth: 1.6,
          },
        ),
      ),
    ],
  });
  const legend = lines.flatMap(({ label }, at) =>
    label === '' ? [] : [{ label, color: styles[at].color, dash: styles[at].dash }],
  );
  return [...drawLegends(legend, width), plot];
};

const positive = ({ epoch, value }: Point): Point => ({ epoch, value: value > 0 ? value : Number.NaN });

/** The last epoch of frames in order; a run that has not trained still needs an axis with a length. */
export const lastEpochOf = (frames: readonly Frame[]): number =>
  Math.max(1e-3, frames[frames.length - 1].epoch);
