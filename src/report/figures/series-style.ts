import * as Plot from '@observablehq/plot';
import { drawPlot, type Part } from './figure.js';

/** How a line looks: colour, dash and marker each tell it apart alone, so that greyscale print does. */
export type SeriesStyle = {
  readonly color: string;
  readonly dash: string;
  readonly symbol: Plot.SymbolType;
};

/** Even steps of luminance, apart for the colour-blind too; its lightest tenths do not show on white. */
const ramp = Plot.scale({ color: { type: 'linear', scheme: 'inferno', domain: [0, 1] } });
const lightest = 0.76;
const darkest = 0.1;

const dashes = ['none', '7 2', '4 2', '8 2 2 2', '2 2', '10 3 2 3 2 3'] as const;
const symbols = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye'] as const;

/** Styles of this many series, light to dark. */
export const seriesStyles = (count: number): SeriesStyle[] =>
  Array.from({ length: count }, (_, index) => {
    const share = count < 2 ? 1 : index / (count - 1);
    return {
      color: String(ramp.apply(lightest + share * (darkest - lightest))),
      dash: dashes[index % dashes.length],
      symbol: symbols[index % symbols.length],
    };
  });

export type LegendEntry = {
  readonly label: string;
  readonly color: string;
  /** none: no line. */
  readonly dash?: string | undefined;
  readonly symbol?: Plot.SymbolType | undefined;
  /** Outline of the symbol, where it is not filled with the same colour. */
  readonly stroke?: string;
  /** A filled rectangle, for a band; a swatch shows the colour itself. */
  readonly band?: boolean;
  readonly swatch?: boolean;
};

const sample = 34;
const entryWidth = ({ label }: LegendEntry): number => sample + 22 + 5.6 * label.length;

type Placed = LegendEntry & { readonly x: number };

const sampleMarks = (entry: Placed): Plot.Markish[] => {
  const { x, color, dash, symbol, band, swatch, stroke = color } = entry;
  const [x1, x2] = [x, x + sample];
  const marks: Plot.Markish[] = [];
  if (band || swatch)
    marks.push(Plot.rect([0], { x1, x2, y1: -0.5, y2: 0.5, fill: color, fillOpacity: band ? 0.18 : 1 }));
  if (swatch) marks.push(Plot.rect([0], { x1, x2, y1: -0.5, y2: 0.5, stroke: '#999', strokeWidth: 0.6 }));
  if (dash !== undefined)
    marks.push(Plot.ruleY([0], { x1, x2, stroke: color, strokeWidth: 1.8, strokeDasharray: dash }));
  if (symbol !== undefined)
    marks.push(Plot.dot([0], { x: (x1 + x2) / 2, y: 0, symbol, fill: color, stroke, r: 3.6 }));
  return marks;
};

const labelMark = ({ x, label }: Placed): Plot.Markish =>
  Plot.text([0], { x: x + sample + 6, y: 0, text: () => label, textAnchor: 'start', fill: '#111' });

/** Rows that say what each line is, as many as they need. */
export const drawLegends = (entries: readonly LegendEntry[], width: number): Part[] => {
  const rows: LegendEntry[][] = [[]];
  let used = 0;
  for (const entry of entries) {
    used += entryWidth(entry);
    if (used > width && rows[rows.length - 1].length > 0) {
      rows.push([]);
      used = entryWidth(entry);
    }
    rows[rows.length - 1].push(entry);
  }
  return rows.map((row) => drawLegend(row, width));
};

/** One row that says what each line is. */
export const drawLegend = (entries: readonly LegendEntry[], width: number): Part => {
  const placed = entries.map((entry, index) => ({
    ...entry,
    x: entries.slice(0, index).reduce((sum, before) => sum + entryWidth(before), 4),
  }));
  const marks = placed.flatMap((entry) => [...sampleMarks(entry), labelMark(entry)]);
  const x = { range: [0, width], domain: [0, width], axis: null };
  const y = { domain: [-1, 1], axis: null };
  return drawPlot({ width, height: 26, margin: 0, x, y, marks });
};
