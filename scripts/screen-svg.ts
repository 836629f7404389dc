import type { ScreenCell } from '../test/support/terminal-program.ts';

const cellWidth = 8.4;
const cellHeight = 16.4;
const margin = 12;
const looks = {
  dark: { background: '#0c0f13', text: '#d8dee6' },
  light: { background: '#ffffff', text: '#1b1f24' },
} as const;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const sameLook = (a: ScreenCell, b: ScreenCell): boolean =>
  a.colour === b.colour && a.bold === b.bold && a.inverse === b.inverse;

/** Stretches of a row that look alike. */
const stretchesOf = (row: readonly ScreenCell[]): { from: number; cells: ScreenCell[] }[] => {
  const stretches: { from: number; cells: ScreenCell[] }[] = [];
  for (const [column, cell] of row.entries()) {
    const last = stretches.at(-1);
    if (last && sameLook(last.cells[0], cell)) last.cells.push(cell);
    else stretches.push({ from: column, cells: [cell] });
  }
  return stretches;
};

/** A terminal's screen as SVG text, in the fonts of whoever looks at it; every stretch keeps the width of its cells. */
export const screenSvg = (
  rows: readonly (readonly ScreenCell[])[],
  title: string,
  background: keyof typeof looks,
): string => {
  const look = looks[background];
  const width = rows[0].length * cellWidth + 2 * margin;
  const height = rows.length * cellHeight + 2 * margin;
  const parts = rows.flatMap((row, y) =>
    stretchesOf(row).flatMap(({ from, cells }) => {
      const text = cells.map(({ text: each }) => each).join('');
      const [{ colour, bold, inverse }] = cells;
      const [x, top, wide] = [margin + from * cellWidth, margin + y * cellHeight, cells.length * cellWidth];
      const fill = colour ?? look.text;
      const box = inverse
        ? [
            `<rect x="${x.toFixed(1)}" y="${top.toFixed(1)}" width="${wide.toFixed(1)}" height="${cellHeight}" fill="${fill}"/>`,
          ]
        : [];
      if (text.trim() === '') return box;
      const weight = bold ? ' font-weight="bold"' : '';
      const place = `x="${x.toFixed(1)}" y="${(top + 12.6).toFixed(1)}" textLength="${wide.toFixed(1)}"`;
      return [
        ...box,
        `<text ${place} lengthAdjust="spacingAndGlyphs" fill="${inverse ? look.background : fill}"${weight}>${escaped(text)}</text>`,
      ];
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height.toFixed(0)}" xml:space="preserve" role="img">`,
    `<title>${escaped(title)}</title>`,
    '<style>text { white-space: pre; font: 14px "DejaVu Sans Mono", Menlo, Consolas, monospace }</style>',
    `<rect width="100%" height="100%" rx="6" fill="${look.background}"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
};
