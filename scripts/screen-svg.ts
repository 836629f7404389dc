import type { ScreenCell } from '../test/support/emulated-terminal.ts';

/** Whole numbers keep the files small. */
const cellWidth = 8;
const cellHeight = 16;
const baseline = 12;
const margin = 12;
const looks = {
  dark: { background: '#0c0f13', text: '#d8dee6' },
  light: { background: '#ffffff', text: '#1b1f24' },
} as const;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

type Look = Omit<ScreenCell, 'text'>;

const sameLook = (a: Look, b: Look): boolean =>
  a.colour === b.colour && a.bold === b.bold && a.faint === b.faint && a.inverse === b.inverse;

/** Looks alike whatever its colour. */
const isBlank = ({ text, inverse }: ScreenCell): boolean => text === ' ' && !inverse;

/** Cells of a row that look alike, blanks between them included. */
type Stretch = { readonly from: number; readonly cells: ScreenCell[]; look: Look };

const stretchesOf = (row: readonly ScreenCell[]): Stretch[] => {
  const stretches: Stretch[] = [];
  for (const [column, cell] of row.entries()) {
    const last = stretches.at(-1);
    const isNext = last && last.from + last.cells.length === column;
    const joins = isNext && (isBlank(cell) ? !last.look.inverse : sameLook(last.look, cell));
    if (joins) last.cells.push(cell);
    else if (!isBlank(cell)) stretches.push({ from: column, cells: [cell], look: cell });
  }
  return stretches;
};

/** CSS classes of the looks on a screen, by their rule. */
class Classes {
  readonly #names = new Map<string, string>();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  of({ colour, bold, faint }: Look): string {
    const rule = `fill:${colour ?? this.#text}${bold ? ';font-weight:bold' : ''}${faint ? ';opacity:.6' : ''}`;
    const known = this.#names.get(rule);
    if (known !== undefined) return known;
    const name = `c${this.#names.size}`;
    this.#names.set(rule, name);
    return name;
  }

  get css(): string {
    return [...this.#names].map(([rule, name]) => `.${name}{${rule}}`).join('');
  }
}

/** A terminal's screen as SVG text, in the fonts of whoever looks at it; what is not ASCII keeps the width of its cells. */
export const screenSvg = (
  rows: readonly (readonly ScreenCell[])[],
  title: string,
  background: keyof typeof looks,
): string => {
  const look = looks[background];
  const [width, height] = [rows[0].length * cellWidth + 2 * margin, rows.length * cellHeight + 2 * margin];
  const classes = new Classes(look.text);
  const parts = rows.flatMap((row, y) =>
    stretchesOf(row).flatMap(({ from, cells, look: shown }) => {
      const text = cells.map((cell) => cell.text).join('');
      const said = shown.inverse ? text : text.trimEnd();
      const [x, top] = [margin + from * cellWidth, margin + y * cellHeight];
      const wide = [...said].length * cellWidth;
      const box = `<rect x="${x}" y="${top}" width="${wide}" height="${cellHeight}" class="${classes.of(shown)}"/>`;
      const name = shown.inverse ? 'i' : classes.of(shown);
      const fitted = /^[\x20-\x7e]*$/.test(said)
        ? ''
        : ` textLength="${wide}" lengthAdjust="spacingAndGlyphs"`;
      return [
        ...(shown.inverse ? [box] : []),
        `<text x="${x}" y="${top + baseline}" class="${name}"${fitted}>${escaped(said)}</text>`,
      ];
    }),
  );
  const font = 'white-space:pre;font:13.3px "DejaVu Sans Mono",Menlo,Consolas,monospace';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" xml:space="preserve" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>text{${font}}.i{fill:${look.background};font-weight:bold}${classes.css}</style>`,
    `<rect width="100%" height="100%" rx="6" fill="${look.background}"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
};
