import * as Plot from '@observablehq/plot';
import { DOMParser } from 'linkedom';
import { replaceUnshown } from '../../input/index.js';
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

/** Names that Plot has put into a drawing have what an SVG cannot hold, and what turns text around, as U+FFFD. */
const withoutControls = (svg: string): string =>
  replaceUnshown(svg, (character) => (/[\n\t]/.test(character) ? character : '\u{fffd}'));

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
  return { width, height, content: trusted(withoutControls(rounded(String(element)))) };
};

const margin = 8;

/** A piece of text above a figure. Units: px; `character`: what one takes at most, on average, in the fonts above. */
type Heading = { readonly size: number; readonly character: number; readonly line: number };
const titleText: Heading = { size: 14, character: 8.6, line: 18 };
const subtitleText: Heading = { size: 11, character: 6.1, line: 15 };

/** Text in lines that a figure of this width has room for; a longer word has a line of its own. */
export const wrapped = (text: string, width: number, { character }: Pick<Heading, 'character'>): string[] => {
  const most = Math.max(1, Math.floor(width / character));
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
};

/** Stacks parts below a title and a line on what was run. Returns an SVG document. */
export const composeFigure = (
  name: string,
  title: string,
  subtitle: string,
  caption: string,
  parts: readonly Part[],
): Figure => {
  const inner = Math.max(...parts.map((part) => part.width));
  const width = inner + 2 * margin;
  const titles = wrapped(title, inner, titleText);
  // "d = 20" stays in one line.
  const subtitles = wrapped(subtitle.replaceAll(' = ', '\u{a0}=\u{a0}'), inner, subtitleText);
  const subtitleTop = 2 + titles.length * titleText.line;
  const headingHeight = subtitleTop + subtitles.length * subtitleText.line + 9;
  const tops = parts.map((_, index) =>
    parts.slice(0, index).reduce((sum, part) => sum + part.height, headingHeight),
  );
  const height = headingHeight + parts.reduce((sum, part) => sum + part.height, 0) + margin;
  const placed = parts.map(
    ({ content }, index) => markup`<g transform="translate(${margin},${tops[index]})">${content}</g>`,
  );
  const heading = [
    ...titles.map(
      (line, at) =>
        markup`<text x="${margin + 4}" y="${20 + at * titleText.line}" font-size="${titleText.size}" font-weight="bold" fill="#111">${line}</text>`,
    ),
    ...subtitles.map(
      (line, at) =>
        markup`<text x="${margin + 4}" y="${subtitleTop + 17 + at * subtitleText.line}" font-size="${subtitleText.size}" fill="#444">${line}</text>`,
    ),
  ];
  const svg = markup`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${fonts}" color="#111"><title>${title}</title><desc>${caption}</desc><rect width="100%" height="100%" fill="#fff"/>${heading}${placed}</svg>`;
  return { name, title, caption, svg };
};
