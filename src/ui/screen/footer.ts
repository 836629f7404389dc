import { type Drawing, shorten } from '../terminal/drawing.js';
import { columnsOf } from '../terminal/text-width.js';
import { footerBindings, type Hinted, type KeyBinding, type Situation } from './key-rows.js';
import type { Pieces } from './panel-frame.js';

/** A hint of the footer: the key that it names, and the columns that it takes, `to` not among them. */
export type FooterHint = {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly from: number;
  readonly to: number;
};

const widthOf = ({ row: { label }, hint }: Hinted<KeyBinding>): number =>
  columnsOf(label) + columnsOf(hint) + 3;

const sum = (widths: readonly number[]): number => widths.reduce((all, width) => all + width, 0);

/** Columns of a notice beside the hints that are always there. */
const noticeRoom = (columns: number, hints: readonly Hinted<KeyBinding>[]): number =>
  Math.max(0, columns - 3 - sum(hints.filter(({ row }) => row.isKept).map(widthOf)));

/** The hints that fit beside a notice at the right end, those that are kept at every width last. */
export const footerHints = <Mode extends string>(
  columns: number,
  mode: Mode,
  keys: readonly KeyBinding<Mode>[],
  notice: string,
  situation: Situation | null,
): readonly FooterHint[] => {
  const all = footerBindings(mode, keys, situation);
  const always = all.filter(({ row }) => row.isKept);
  const room =
    columns -
    1 -
    sum(always.map(widthOf)) -
    (notice === '' ? 0 : Math.min(columnsOf(notice), noticeRoom(columns, all)) + 2);
  let used = 0;
  const others: Hinted<KeyBinding>[] = [];
  for (const hinted of all.filter(({ row }) => !row.isKept)) {
    used += widthOf(hinted);
    if (used > room) break;
    others.push(hinted);
  }
  let from = 0;
  return [...others, ...always].map((hinted) => {
    const { row, hint } = hinted;
    const to = from + widthOf(hinted);
    const placed = { key: row.keys[0], label: row.label, hint, from, to };
    from = to;
    return placed;
  });
};

/** The key that the footer names at a column; null beside its hints. */
export const footerKeyAt = <Mode extends string>(
  {
    columns,
    mode,
    keys,
    notice,
    situation,
  }: {
    readonly columns: number;
    readonly mode: Mode;
    readonly keys: readonly KeyBinding<Mode>[];
    readonly notice: string;
    readonly situation: Situation;
  },
  column: number,
): string | null => {
  const hints = footerHints(columns, mode, keys, notice, situation);
  return hints.find(({ from, to }) => column >= from && column < to)?.key ?? null;
};

/** The hints that fit, and at the right end the notice, cut where it is too long. */
export const footerPieces = (
  hints: readonly FooterHint[],
  columns: number,
  notice: string,
  drawing: Drawing,
): Pieces => {
  const pieces = hints.flatMap(
    ({ label, hint }): Pieces => [
      [` ${label}`, 'key'],
      [` ${hint} `, 'dim'],
    ],
  );
  if (notice === '') return pieces;
  const width = hints.at(-1)?.to ?? 0;
  const said = shorten(notice, columns - width - 2, drawing);
  return [
    ...pieces,
    [' '.repeat(Math.max(1, columns - 1 - width - columnsOf(said))), 'dim'],
    [said, 'title'],
  ];
};
