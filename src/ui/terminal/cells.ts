import { isPlain } from './text/plain-text.js';
import { columnsOf, graphemesOf, isAgreed } from './text-width.js';
import { type Role, roles } from './theme.js';

const blank = 0x20;

const roleNumber: Readonly<Record<Role, number>> = Object.fromEntries(
  roles.map((role, index) => [role, index]),
) as Record<Role, number>;

/** The number that stands for a role in a grid. */
export const numberOfRole = (role: Role): number => roleNumber[role];

/** Codes from here on stand for characters of more than one column or code point. */
const firstWide = 0x110000;
/** Each further column of a character. */
const continuation = 0;

/** A rectangle of terminal cells: a character and the number of a role for each. */
export class CellGrid {
  readonly width: number;
  readonly height: number;
  /** [height x width], row-major: a code point one column wide, or what `textAt` knows. */
  readonly codePoints: Uint32Array;
  /** [height x width], row-major. */
  readonly roles: Uint8Array;
  readonly #characters: { readonly text: string; readonly columns: number }[] = [];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.codePoints = new Uint32Array(width * height).fill(blank);
    this.roles = new Uint8Array(width * height);
  }

  /** The text of each row, trailing blanks included. */
  get lines(): string[] {
    return Array.from({ length: this.height }, (_, row) => {
      let line = '';
      for (let at = row * this.width; at < (row + 1) * this.width; at++) line += this.textAt(at);
      return line;
    });
  }

  /** What a cell shows; nothing for a further column of a character, a blank where some of one has been covered. */
  textAt(at: number): string {
    const code = this.codePoints[at];
    if (code === continuation) {
      let first = at;
      while (first % this.width > 0 && this.codePoints[first] === continuation) first--;
      return first + this.#wholeColumns(first) > at ? '' : ' ';
    }
    if (code < firstWide) return String.fromCodePoint(code);
    return this.#wholeColumns(at) > 0 ? this.#characters[code - firstWide].text : ' ';
  }

  /** Whether all terminals show what is in a cell in as many columns. */
  isAgreedAt(at: number): boolean {
    const code = this.codePoints[at];
    return code < firstWide || isAgreed(this.#characters[code - firstWide].text);
  }

  /** Columns of what is shown in a cell. */
  columnsAt(at: number): number {
    return this.isSimple(at) ? 1 : this.#wholeColumns(at);
  }

  /** Whether a cell holds one code point one column wide. */
  isSimple(at: number): boolean {
    const code = this.codePoints[at];
    return code !== continuation && code < firstWide;
  }

  /** Whether two grids show the same in a cell. */
  isSame(at: number, other: CellGrid): boolean {
    return this.isSimple(at) && other.isSimple(at)
      ? this.codePoints[at] === other.codePoints[at]
      : this.textAt(at) === other.textAt(at);
  }

  /** Puts a character of one or more columns, all of which lie within the row. */
  place(at: number, text: string, columns: number, role: number): void {
    const code = text.codePointAt(0) ?? blank;
    const isSimple = columns === 1 && text.length === (code > 0xffff ? 2 : 1);
    this.codePoints[at] = isSimple ? code : firstWide + this.#characters.push({ text, columns }) - 1;
    this.roles[at] = role;
    this.codePoints.fill(continuation, at + 1, at + columns);
    this.roles.fill(role, at + 1, at + columns);
  }

  /** Takes a cell over from another grid of the same size. */
  copy(at: number, from: CellGrid): void {
    const code = from.codePoints[at];
    if (code < firstWide) this.codePoints[at] = code;
    else this.codePoints[at] = firstWide + this.#characters.push(from.#characters[code - firstWide]) - 1;
    this.roles[at] = from.roles[at];
  }

  /** Columns of the character of several codes or columns that begins in a cell, where it has them all; else 0. */
  #wholeColumns(at: number): number {
    const code = this.codePoints[at];
    if (code < firstWide) return 0;
    const { columns } = this.#characters[code - firstWide];
    if ((at % this.width) + columns > this.width) return 0;
    const rest = this.codePoints.subarray(at + 1, at + columns);
    return rest.every((each) => each === continuation) ? columns : 0;
  }
}

/** A window onto a grid to paint through; whatever falls outside it is clipped. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #grid: CellGrid;
  readonly #left: number;
  readonly #top: number;

  constructor(grid: CellGrid, left = 0, top = 0, width = grid.width, height = grid.height) {
    this.#grid = grid;
    this.#left = left;
    this.#top = top;
    this.width = Math.max(0, width);
    this.height = Math.max(0, height);
  }

  /** The part of this canvas that lies `left` and `top` in from its corner. */
  region(left: number, top: number, width: number, height: number): Canvas {
    const fits = (start: number, wanted: number, whole: number): number =>
      Math.max(0, Math.min(wanted, whole - start));
    return new Canvas(
      this.#grid,
      this.#left + left,
      this.#top + top,
      fits(left, width, this.width),
      fits(top, height, this.height),
    );
  }

  /** Gives all that has been painted one role. */
  recolour(role: Role): void {
    for (let y = 0; y < this.height; y++) {
      const from = (this.#top + y) * this.#grid.width + this.#left;
      this.#grid.roles.fill(roleNumber[role], from, from + this.width);
    }
  }

  put(x: number, y: number, codePoint: number, role: Role): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (this.#top + y) * this.#grid.width + this.#left + x;
    this.#grid.codePoints[at] = codePoint;
    this.#grid.roles[at] = roleNumber[role];
  }

  /** Writes text and returns the column after it. */
  text(x: number, y: number, text: string, role: Role): number {
    if (isPlain(text)) {
      for (let at = 0; at < text.length; at++) this.put(x + at, y, text.charCodeAt(at), role);
      return x + text.length;
    }
    let column = x;
    for (const grapheme of graphemesOf(text)) {
      const columns = columnsOf(grapheme);
      if (columns === 1 && grapheme.length === 1) this.put(column, y, grapheme.charCodeAt(0), role);
      else if (columns > 0) this.#place(column, y, grapheme, columns, role);
      column += columns;
    }
    return column;
  }

  /** Writes text that ends before column `end`. */
  textBefore(end: number, y: number, text: string, role: Role): void {
    this.text(end - columnsOf(text), y, text, role);
  }

  /** A character that only half fits is left out. */
  #place(x: number, y: number, text: string, columns: number, role: Role): void {
    if (x < 0 || y < 0 || x + columns > this.width || y >= this.height) return;
    const at = (this.#top + y) * this.#grid.width + this.#left + x;
    this.#grid.place(at, text, columns, roleNumber[role]);
  }
}
