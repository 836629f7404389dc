import { columnsOf, endIn, graphemesOf, startIn } from './text-width.js';

export type DrawingName = 'utf8' | 'ascii';

/**
 * Every character that a view draws with, each one column wide. In ASCII a sign has one meaning: lines, frames and bars are
 * drawn with `- | + / \\`, numbers with digits, and with nothing else that stands here.
 */
export type Drawing = {
  readonly name: DrawingName;
  readonly barFull: string;
  /** Above the threshold: a bar that leaves a gap to the row above. */
  readonly strip: string;
  /** Of two strips in one row the upper, the lower, and both above the threshold. */
  readonly stripPair: readonly [upper: string, lower: string, both: string];
  /** Where a strip crosses the threshold. */
  readonly crossing: string;
  /** A bar below the threshold, thinner than one above: a whole column of it, and half of one where there are halves. */
  readonly lowBar: readonly [whole: string, half: string];
  readonly barEmpty: string;
  /** Low to high. */
  readonly spark: readonly string[];
  /** A best match over time, low to high, the last one above the threshold. */
  readonly history: readonly string[];
  /** Weak to strong, below the threshold. */
  readonly heat: readonly string[];
  readonly one: string;
  readonly several: string;
  readonly lost: string;
  readonly partial: string;
  readonly unlearned: string;
  readonly none: string;
  /** A student node by the threshold, where it stands for itself. */
  readonly students: { readonly above: string; readonly below: string };
  /** A teacher node shares its student node with others, which are alike or not. */
  readonly sharing: { readonly alike: string; readonly shared: string };
  readonly horizontal: string;
  readonly vertical: string;
  /** Top left, top right, bottom left, bottom right. */
  readonly corners: readonly [string, string, string, string];
  readonly axisCorner: string;
  readonly tick: string;
  readonly guide: string;
  readonly span: string;
  /** Signs on lines that others may cover; a letter is that of the line's name. */
  readonly beads: { readonly evaluation: string; readonly control: string; readonly predicted: string };
  /** Cross, axis, two ends, level, then down-to, up-to, down-from, up-from, vertical: asciichart's order. */
  readonly chart: readonly string[];
  readonly ellipsis: string;
  readonly dot: string;
  readonly record: string;
  readonly left: string;
  readonly right: string;
  readonly up: string;
  readonly down: string;
  readonly norm: string;
};

const utf8: Drawing = {
  name: 'utf8',
  barFull: '█',
  strip: '▇',
  stripPair: ['▀', '▄', '█'],
  crossing: '◢',
  lowBar: ['━', '╸'],
  barEmpty: '░',
  spark: [...'▁▂▃▄▅▆▇█'],
  history: [...'▁▂▃▄▅▆▇█'],
  heat: [...' ·░▒▓'],
  one: '●',
  several: '◆',
  lost: '×',
  partial: '◐',
  unlearned: '○',
  none: '·',
  students: { above: '■', below: '□' },
  sharing: { alike: '=', shared: '&' },
  horizontal: '─',
  vertical: '│',
  corners: ['╭', '╮', '╰', '╯'],
  axisCorner: '└',
  tick: '┤',
  guide: '┊',
  span: '▒',
  beads: { evaluation: '∘', control: '+', predicted: '*' },
  chart: [...'┼┤╶╴─╰╭╮╯│'],
  ellipsis: '…',
  dot: '·',
  record: '◉',
  left: '◂',
  right: '▸',
  up: '▴',
  down: '▾',
  norm: '‖v‖',
};

const ascii: Drawing = {
  name: 'ascii',
  barFull: '|',
  strip: '#',
  stripPair: ["'", '_', '#'],
  crossing: '[',
  lowBar: ['-', ''],
  barEmpty: '-',
  spark: [...'0123456789'],
  history: [...'.,;$#'],
  heat: [...' .,;$'],
  one: '*',
  several: '@',
  lost: 'x',
  partial: 'w',
  unlearned: 'o',
  none: '.',
  students: { above: 'S', below: 's' },
  sharing: { alike: '=', shared: '&' },
  horizontal: '-',
  vertical: '|',
  corners: ['+', '+', '+', '+'],
  axisCorner: '+',
  tick: '|',
  guide: ':',
  span: '"',
  beads: { evaluation: 'E', control: 'C', predicted: 'P' },
  chart: [...'+|---\\/\\/|'],
  ellipsis: '~',
  dot: '-',
  record: '',
  left: '<',
  right: '>',
  up: '^',
  down: 'v',
  norm: '|v|',
};

export const drawings: Readonly<Record<DrawingName, Drawing>> = { utf8, ascii };

/** The name of a line of a chart after the sign on it: where that is a letter it is the name's first. */
export const beadName = (bead: string, name: string): string =>
  /[A-Z]/.test(bead) ? bead + name.slice(1) : bead + name;

/**
 * Text from outside as it can be shown: without controls, and where only ASCII can be drawn a "?" for each other
 * character.
 */
export const printableText = (text: string, drawing: Drawing): string => {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return graphemesOf(text)
    .map((grapheme) => {
      if (drawing.name === 'ascii') return /^[\x20-\x7e]$/.test(grapheme) ? grapheme : '?';
      // A joiner belongs to the character that it makes; by itself it is a control.
      return /^[\p{C}\p{Zl}\p{Zp}]+$/u.test(grapheme) || columnsOf(grapheme) === 0 ? '?' : grapheme;
    })
    .join('');
};

/** Text cut to a width, its last column an ellipsis where something is missing. */
export const shorten = (text: string, width: number, { ellipsis }: Drawing): string => {
  if (columnsOf(text) <= width) return text;
  return width < 1 ? '' : startIn(text, width - 1) + ellipsis;
};

/** Like shorten, keeping the end: for paths. */
export const shortenStart = (text: string, width: number, { ellipsis }: Drawing): string => {
  if (columnsOf(text) <= width) return text;
  return width < 1 ? '' : ellipsis + endIn(text, width - 1);
};
