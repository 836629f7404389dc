import type { CellGrid } from './cells.js';
import type { RoleCodes } from './theme.js';

const csi = '\u001b[';
const blank = 0x20;
const beginSynchronized = `${csi}?2026h`;
const endSynchronized = `${csi}?2026l`;

/** Unchanged cells that are cheaper to write again than to jump over. */
const shortestJump = 4;

/** Writes cells into one string of terminal output, moving and colouring no more than needed. */
class CellWriter {
  output = '';
  readonly #codes: readonly RoleCodes[];
  #x = -1;
  #y = -1;
  #role = 0;

  constructor(codes: readonly RoleCodes[]) {
    this.#codes = codes;
  }

  write(x: number, y: number, codePoint: number, role: number): void {
    this.#moveTo(x, y);
    this.#wear(role);
    this.output += String.fromCodePoint(codePoint);
    this.#x++;
  }

  finish(): void {
    this.#wear(0);
  }

  #moveTo(x: number, y: number): void {
    if (y === this.#y && x === this.#x) return;
    this.output += y === this.#y && x > this.#x ? `${csi}${x - this.#x}C` : `${csi}${y + 1};${x + 1}H`;
    this.#x = x;
    this.#y = y;
  }

  #wear(role: number): void {
    if (role === this.#role) return;
    const before = this.#codes[this.#role];
    const after = this.#codes[role];
    this.#role = role;
    if (before.attributes === after.attributes) {
      if (before.colour !== after.colour) this.output += `${csi}${after.colour}m`;
      return;
    }
    this.output += `${csi}${['0', after.attributes, after.colour === '39' ? '' : after.colour]
      .filter((code) => code !== '')
      .join(';')}m`;
  }
}

/**
 * Terminal output that turns what is shown into the next grid; empty when nothing differs.
 *
 * `shown` is null when the terminal's content is unknown or of another size: it is cleared and drawn whole.
 * Expects automatic wrapping to be off, and leaves the pen without attributes.
 */
export const frameOutput = (shown: CellGrid | null, next: CellGrid, codes: readonly RoleCodes[]): string => {
  const writer = new CellWriter(codes);
  const same = (at: number): boolean =>
    shown
      ? shown.codePoints[at] === next.codePoints[at] && shown.roles[at] === next.roles[at]
      : next.codePoints[at] === blank && codes[next.roles[at]].attributes === '';
  for (let y = 0; y < next.height; y++) writeRow(writer, next, y, same, shown !== null);
  writer.finish();
  const cleared = shown ? '' : `${csi}0m${csi}2J`;
  const output = cleared + writer.output;
  return output === '' ? '' : beginSynchronized + output + endSynchronized;
};

const writeRow = (
  writer: CellWriter,
  next: CellGrid,
  y: number,
  same: (at: number) => boolean,
  bridging: boolean,
): void => {
  const start = y * next.width;
  let written = Number.NEGATIVE_INFINITY;
  for (let x = 0; x < next.width; x++) {
    if (same(start + x)) continue;
    const role = next.roles[start + x];
    const bridge = bridging && x - written <= shortestJump && sameRole(next, start, written, x, role);
    for (let at = bridge ? written + 1 : x; at <= x; at++)
      writer.write(at, y, next.codePoints[start + at], next.roles[start + at]);
    written = x;
  }
};

/** Whether all cells after `from` up to `to` have one role, so that no colour changes on the way. */
const sameRole = (grid: CellGrid, start: number, from: number, to: number, role: number): boolean => {
  for (let at = from + 1; at < to; at++) if (grid.roles[start + at] !== role) return false;
  return true;
};
