import { type Role, roles } from './theme.js';

const blank = 0x20;

const roleNumber: Readonly<Record<Role, number>> = Object.fromEntries(
  roles.map((role, index) => [role, index]),
) as Record<Role, number>;

/** The number that stands for a role in a grid. */
export const numberOfRole = (role: Role): number => roleNumber[role];

/** A rectangle of terminal cells: a code point one column wide, and the number of a role, for each. */
export class CellGrid {
  readonly width: number;
  readonly height: number;
  /** [height x width], row-major. */
  readonly codePoints: Uint32Array;
  /** [height x width], row-major. */
  readonly roles: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.codePoints = new Uint32Array(width * height).fill(blank);
    this.roles = new Uint8Array(width * height);
  }

  /** The text of each row, trailing blanks included. */
  get lines(): string[] {
    return Array.from({ length: this.height }, (_, row) =>
      String.fromCodePoint(...this.codePoints.subarray(row * this.width, (row + 1) * this.width)),
    );
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

  /** Writes text of one-column characters and returns the column after it. */
  text(x: number, y: number, text: string, role: Role): number {
    let column = x;
    for (const character of text) this.put(column++, y, character.codePointAt(0) ?? blank, role);
    return column;
  }

  /** Writes text that ends before column `end`. */
  textBefore(end: number, y: number, text: string, role: Role): void {
    this.text(end - [...text].length, y, text, role);
  }
}
