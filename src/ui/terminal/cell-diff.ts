import { CellGrid } from './cells.js';
import type { RoleCodes } from './theme.js';

const csi = '\u001b[';
const blank = 0x20;
const beginSynchronized = `${csi}?2026h`;
const endSynchronized = `${csi}?2026l`;

/** Unchanged cells that are cheaper to write again than to jump over. */
const shortestJump = 4;
/** Backspaces that are no longer than another way to move so far. */
const mostBackspaces = 3;
/** A line down in the same column; a line feed would go back to the first one where the system adds a return to it. */
const lineDown = '\v';
/** Lines down that are no longer than another way to move so far. */
const mostLines = 4;
/** Longer than any move. */
const unknownMove = ' '.repeat(32);

/** Blanks that are shorter to erase than to write: at the end of a run, and where the pen has to move on behind them. */
const fewestErasedAtEnd = 5;
const fewestErased = 10;

/** The place after the blanks that begin at a place; that place itself where there is none. */
const blanksFrom = (codePoints: Uint32Array, from: number, last: number): number => {
  let at = from;
  while (at <= last && codePoints[at] === blank) at++;
  return at;
};

/** Cells of one row to be written one after the other, all in one role. */
type Run = {
  readonly y: number;
  readonly from: number;
  to: number;
  readonly role: number;
  /** Whether it is to be written after those on its left: a character there may reach into it. */
  readonly isOrdered: boolean;
};

/** Writes runs into one string of terminal output, moving and colouring no more than needed. */
class RunWriter {
  output = '';
  readonly #codes: readonly RoleCodes[];
  readonly #width: number;
  #x = -1;
  #y = -1;
  #role = 0;

  constructor(codes: readonly RoleCodes[], width: number) {
    this.#codes = codes;
    this.#width = width;
  }

  write({ y, from, to, role }: Run, grid: CellGrid): void {
    this.#moveTo(from, y);
    this.#setRole(role);
    const row = y * grid.width;
    const erases = !this.#codes[role].attributes.includes('7');
    for (let x = from; x <= to; ) {
      const end = erases ? blanksFrom(grid.codePoints, row + x, row + to) - row : x;
      const text = grid.textAt(row + x);
      if (text !== '') this.#moveTo(x, y);
      // Erasing leaves the pen where it is.
      if (end - x >= (end > to ? fewestErasedAtEnd : fewestErased)) {
        this.output += `${csi}${end - x}X`;
        x = end;
        if (x <= to) this.#moveTo(x, y);
        continue;
      }
      if (!grid.isAgreedAt(row + x)) {
        // What is narrower on this terminal leaves no rest of what was there.
        this.output += ' '.repeat(grid.columnsAt(row + x));
        this.#y = -1;
        this.#moveTo(x, y);
      }
      this.output += text;
      // Terminals do not agree how wide other characters are: the pen may be anywhere after one.
      if (grid.isSimple(row + x)) this.#x = x + 1;
      else this.#y = -1;
      x++;
    }
  }

  finish(): string {
    this.#setRole(0);
    return this.output;
  }

  #moveTo(x: number, y: number): void {
    if (y === this.#y && x === this.#x) return;
    const absolute = `${csi}${y + 1};${x + 1}H`;
    const relative = this.#relativeMove(x - this.#x, y - this.#y);
    this.output += relative.length < absolute.length ? relative : absolute;
    this.#x = x;
    this.#y = y;
  }

  /** The pen's move by so many columns and rows; to nowhere from where it is not known to be. */
  #relativeMove(columns: number, rows: number): string {
    // Behind the last column a terminal that does not wrap keeps the pen on it.
    if (this.#y < 0 || this.#x >= this.#width) return unknownMove;
    const by = (count: number, forwards: string, backwards: string): string =>
      count === 0
        ? ''
        : `${csi}${Math.abs(count) === 1 ? '' : Math.abs(count)}${count > 0 ? forwards : backwards}`;
    const isShortWayBack = columns < 0 && columns >= -mostBackspaces;
    const isShortWayDown = rows > 0 && rows <= mostLines;
    return (
      (isShortWayDown ? lineDown.repeat(rows) : by(rows, 'B', 'A')) +
      (isShortWayBack ? '\b'.repeat(-columns) : by(columns, 'C', 'D'))
    );
  }

  #setRole(role: number): void {
    if (role === this.#role) return;
    const before = this.#codes[this.#role];
    const after = this.#codes[role];
    this.#role = role;
    if (before.attributes === after.attributes) {
      if (before.colour !== after.colour) this.output += `${csi}${after.colour}m`;
      return;
    }
    // Attributes are taken back all at once, with the colour; where there are none the new ones are added.
    const codes =
      before.attributes === ''
        ? [after.attributes, before.colour === after.colour ? '' : after.colour]
        : ['0', after.attributes, after.colour === '39' ? '' : after.colour];
    this.output += `${csi}${codes.filter((code) => code !== '').join(';')}m`;
  }
}

/** Digits of a whole number above 0. */
const digitsOf = (value: number): number => (value < 10 ? 1 : value < 100 ? 2 : 3);

/** Bytes of the move from behind one run to the start of another; see `RunWriter`. */
const moveBytes = (columns: number, rows: number, run: Run): number => {
  if (columns === 0 && rows === 0) return 0;
  const by = (count: number): number => (count === 0 ? 0 : count === 1 ? 3 : 3 + digitsOf(count));
  const down = rows > 0 && rows <= mostLines ? rows : by(Math.abs(rows));
  const across = columns < 0 && columns >= -mostBackspaces ? -columns : by(Math.abs(columns));
  return Math.min(down + across, 4 + digitsOf(run.y + 1) + digitsOf(run.from + 1));
};

/** Runs from which looking for the nearest would take longer than its bytes take to send. */
const mostSought = 80;

/** Runs in an order of short moves and few changes of colour: after each the one that is reached with the fewest bytes. */
const nearestFirst = (runs: readonly Run[], codes: readonly RoleCodes[]): readonly Run[] => {
  const left = [...runs];
  const order: Run[] = [];
  let [x, y, role] = [0, 0, 0];
  while (left.length > 0) {
    let [best, fewest] = [0, Number.POSITIVE_INFINITY];
    for (let at = 0; at < left.length; at++) {
      const run = left[at];
      const colour =
        run.role === role ? 0 : 4 + codes[run.role].colour.length + codes[run.role].attributes.length;
      const bytes = colour + moveBytes(run.from - x, run.y - y, run);
      if (bytes < fewest) [best, fewest] = [at, bytes];
    }
    const [next] = left.splice(best, 1);
    order.push(next);
    [x, y, role] = [next.to + 1, next.y, next.role];
  }
  return order;
};

const written = (runs: readonly Run[], next: CellGrid, codes: readonly RoleCodes[]): string => {
  const writer = new RunWriter(codes, next.width);
  for (const run of runs) writer.write(run, next);
  return writer.finish();
};

/**
 * Terminal output that turns what is shown into the next grid; empty when nothing differs.
 *
 * `shown` is null when the terminal's content is unknown or of another size: it is cleared and drawn whole.
 * Written row by row, colour by colour, or nearest first, whichever is shortest. Expects automatic wrapping to be off, and
 * leaves the pen without attributes.
 */
export const frameOutput = (shown: CellGrid | null, next: CellGrid, codes: readonly RoleCodes[]): string => {
  const runs = changedRuns(shown ?? new CellGrid(next.width, next.height), next, codes);
  const [ordered, free] = [runs.filter(({ isOrdered }) => isOrdered), runs.filter((run) => !run.isOrdered)];
  const inOrder = (order: readonly Run[]): string => written([...ordered, ...order], next, codes);
  const byColour = inOrder(free.toSorted((a, b) => a.role - b.role));
  const other = inOrder(free.length > mostSought ? free : nearestFirst(free, codes));
  const output = other.length <= byColour.length ? other : byColour;
  if (shown) return output === '' ? '' : beginSynchronized + output + endSynchronized;
  return `${beginSynchronized}${csi}0m${csi}2J${output}${endSynchronized}`;
};

const changedRuns = (shown: CellGrid, next: CellGrid, codes: readonly RoleCodes[]): Run[] => {
  const plain = codes.map(({ attributes }) => !attributes.includes('7'));
  /** Blanks look alike in every role that does not invert them. */
  const isBlank = (grid: CellGrid, at: number): boolean =>
    grid.codePoints[at] === blank && plain[grid.roles[at]];
  const same = (at: number): boolean =>
    (isBlank(shown, at) && isBlank(next, at)) ||
    (next.isSame(at, shown) && shown.roles[at] === next.roles[at]);
  const runs: Run[] = [];
  for (let y = 0; y < next.height; y++) {
    const start = y * next.width;
    let latest: Run | null = null;
    let isOrdered = false;
    for (let x = 0; x < next.width; x++) {
      if (!isOrdered && same(start + x)) continue;
      if (!isOrdered && !(next.isAgreedAt(start + x) && shown.isAgreedAt(start + x))) {
        isOrdered = true;
        latest = null;
      }
      const role = next.roles[start + x];
      const fitsRole = (at: number, wanted: number): boolean =>
        next.roles[start + at] === wanted || (isBlank(next, start + at) && plain[wanted]);
      if (latest && x - latest.to <= shortestJump && spans(latest.to + 1, x, latest.role, fitsRole))
        latest.to = x;
      else {
        latest = { y, from: x, to: x, role, isOrdered };
        runs.push(latest);
      }
    }
  }
  return runs;
};

/** Whether every cell of a stretch can be written in a role. */
const spans = (
  from: number,
  to: number,
  role: number,
  fits: (at: number, role: number) => boolean,
): boolean => {
  for (let at = from; at <= to; at++) if (!fits(at, role)) return false;
  return true;
};
