import { styledCharsFromTokens, tokenize } from '@alcalzone/ansi-tokenize';
import { type PanelId, type PlacedPanel, panelIds } from '../dashboard/stacks/panel-size.js';
import { Canvas, CellGrid, numberOfRole } from '../terminal/cells.js';
import { columnsOf } from '../terminal/text-width.js';
import type { Role } from '../terminal/theme.js';

/** First private-use code point: each panel's place on Ink's frame is filled with one of its own. */
const firstMarker = 0xe000;

/** The character that holds a panel's place in what Ink lays out. */
export const panelMarker = (id: PanelId): string => String.fromCodePoint(firstMarker + panelIds.indexOf(id));

/** Text that Ink passes on in a role: the role's number travels as an indexed colour. */
export const inRole = (text: string, role: Role): string =>
  `\u001b[38;5;${numberOfRole(role)}m${text}\u001b[39m`;

const roleOf = (codes: readonly { readonly code: string }[]): number => {
  const number = codes.map(({ code }) => /\[38;5;(\d+)m$/.exec(code)?.[1]).findLast(Boolean);
  return Number(number ?? 0);
};

/** Cells of one of Ink's frames. Colours other than roles are dropped; what exceeds the size is cut. */
export const parseFrame = (frame: string, width: number, height: number): CellGrid => {
  const grid = new CellGrid(width, height);
  frame
    .split('\n')
    .slice(0, height)
    .forEach((line, y) => {
      let x = 0;
      for (const { value, styles } of styledCharsFromTokens(tokenize(line))) {
        const columns = columnsOf(value);
        if (columns === 0) continue;
        if (x + columns > width) break;
        grid.place(y * width + x, value, columns, roleOf(styles));
        x += columns;
      }
    });
  return grid;
};

/** Replaces the markers that no overlay covers by what `paint` draws in each panel's place. */
export const compose = (
  template: CellGrid,
  panels: readonly PlacedPanel[],
  paint: (panel: PlacedPanel, canvas: Canvas) => void,
): CellGrid => {
  const { width, height } = template;
  const painted = new CellGrid(width, height);
  for (const panel of panels)
    paint(panel, new Canvas(painted).region(panel.left, panel.top, panel.width, panel.height));
  const end = firstMarker + panelIds.length;
  template.codePoints.forEach((codePoint, at) => {
    if (codePoint >= firstMarker && codePoint < end) return;
    painted.copy(at, template);
  });
  return painted;
};
