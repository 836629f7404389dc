import { footerBindings, type KeyBinding } from './key-rows.js';
import type { Pieces } from './panel-frame.js';

/** A hint of the footer: the key that it names, and the columns that it takes, `to` not among them. */
export type FooterHint = {
  readonly key: string;
  readonly label: string;
  readonly hint: string;
  readonly from: number;
  readonly to: number;
};

/** The hints that fit beside a notice at the right end. */
export const footerHints = <Mode extends string>(
  columns: number,
  mode: Mode,
  keys: readonly KeyBinding<Mode>[],
  notice: string,
): readonly FooterHint[] => {
  const room = columns - (notice === '' ? 0 : notice.length + 2);
  const hints: FooterHint[] = [];
  for (const binding of footerBindings(mode, keys)) {
    const { label, hint } = binding;
    const from = hints.at(-1)?.to ?? 0;
    const to = from + label.length + hint.length + 3;
    if (to + 1 > room) break;
    hints.push({ key: binding.keys[0], label, hint, from, to });
  }
  return hints;
};

/** The hints that fit, and at the right end the notice. */
export const footerPieces = (hints: readonly FooterHint[], columns: number, notice: string): Pieces => {
  const pieces = hints.flatMap(
    ({ label, hint }): Pieces => [
      [` ${label}`, 'key'],
      [` ${hint} `, 'dim'],
    ],
  );
  if (notice === '') return pieces;
  const width = hints.at(-1)?.to ?? 0;
  return [
    ...pieces,
    [' '.repeat(Math.max(1, columns - 1 - width - notice.length)), 'dim'],
    [notice, 'title'],
  ];
};
