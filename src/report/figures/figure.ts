import * as Plot from '@observablehq/plot';
import { DOMParser } from 'linkedom';
import { type Markup, markup, trusted } from '../markup.js';

/** Fonts that machines have; none is loaded. */
const fonts = 'Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif';

/** A drawn piece of a figure. Units: px. */
export type Part = { readonly width: number; readonly height: number; readonly content: Markup };

/** A figure: one SVG file. */
export type Figure = {
  /** File name without its ending. */
  readonly name: string;
  readonly title: string;
  /** What is drawn, how it was made, what to look for. */
  readonly caption: string;
  /** A whole SVG document; no link, no font, no script in it. */
  readonly svg: Markup;
};

const geometry = / (d|transform|x|y|x1|x2|y1|y2|cx|cy|width|height)="([^"]*)"/g;

/** Coordinates to a hundredth of a pixel: a third of the file, and the same picture. */
const rounded = (svg: string): string =>
  svg.replace(geometry, (_, name: string, value: string) => {
    const short = value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) =>
      String(Number(Number(number).toFixed(2))),
    );
    return ` ${name}="${short}"`;
  });

/** Draws marks with Observable Plot into an SVG of their own. */
export const drawPlot = (options: Plot.PlotOptions & { width: number; height: number }): Part => {
  const { width, height } = options;
  const document = new DOMParser().parseFromString(
    '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    'image/svg+xml',
  );
  const style = { fontFamily: fonts, fontSize: '11px', overflow: 'visible' };
  // linkedom's document has what Plot calls, though not the whole of the type.
  const element = Plot.plot({ className: 'plot', style, ...options, document: document as never });
  return { width, height, content: trusted(rounded(String(element))) };
};

const titleHeight = 44;
const margin = 8;

/** Stacks parts below a title and a line on what was run. Returns an SVG document. */
export const composeFigure = (
  name: string,
  title: string,
  subtitle: string,
  caption: string,
  parts: readonly Part[],
): Figure => {
  const width = Math.max(...parts.map((part) => part.width)) + 2 * margin;
  const tops = parts.map((_, index) =>
    parts.slice(0, index).reduce((sum, part) => sum + part.height, titleHeight),
  );
  const height = titleHeight + parts.reduce((sum, part) => sum + part.height, 0) + margin;
  const placed = parts.map(
    ({ content }, index) => markup`<g transform="translate(${margin},${tops[index]})">${content}</g>`,
  );
  const svg = markup`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${fonts}" color="#111"><title>${title}</title><desc>${caption}</desc><rect width="100%" height="100%" fill="#fff"/><text x="${margin + 4}" y="20" font-size="14" font-weight="bold" fill="#111">${title}</text><text x="${margin + 4}" y="37" font-size="11" fill="#444">${subtitle}</text>${placed}</svg>`;
  return { name, title, caption, svg };
};
