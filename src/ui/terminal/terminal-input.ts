import { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { backgroundKind } from './palette.js';
import type { ThemeName } from './theme.js';

/** Asks any terminal whether it is there. */
export const statusRequest = '\u001b[5n';
/** Asks for the colour of the background. */
export const backgroundRequest = '\u001b]11;?\u0007';

/** Where the mouse did something, in cells from the upper left corner, which is 0, 0. */
export type Pointer = {
  readonly kind: 'press' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
};

/** What a terminal tells beside what is typed. */
export type TerminalReports = {
  /** It has taken in all that was written before the request. */
  readonly onAnswer: () => void;
  readonly onBackground: (background: ThemeName) => void;
  readonly onPointer: (pointer: Pointer) => void;
};

const esc = '\u001b';
const bel = '\u0007';
/** The text of an operating system command: neither of the two that end it. */
const oscText = `[^${bel}${esc}]{0,64}`;

/** A whole report: the status, the mouse (xterm's SGR form), the background's colour. No key sends any of them. */
const report = new RegExp(
  [
    String.raw`${esc}\[0n`,
    String.raw`${esc}\[<(\d{1,4});(\d{1,5});(\d{1,5})([Mm])`,
    String.raw`${esc}\]11;(${oscText})(?:${bel}|${esc}\\)`,
  ].join('|'),
  'g',
);

/** What may be the beginning of one, at the end of what has arrived. */
const beginning = new RegExp(
  String.raw`${esc}(?:\[(?:0|<[\d;]{0,16})?|\](?:1(?:1(?:;${oscText}${esc}?)?)?)?)?$`,
);

/** How long the rest of a report is waited for: the same bytes may be a key, such as escape. */
const heldForMs = 20;

const pointerKinds: Readonly<Record<string, Pointer['kind']>> = {
  '0': 'press',
  '64': 'wheel-up',
  '65': 'wheel-down',
};

/** "rgb:ffff/ffff/ffff", each channel of 1 to 4 hexadecimal digits. */
const backgroundOf = (colour: string): ThemeName | null => {
  const found = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(colour);
  if (!found) return null;
  const shares = found.slice(1, 4).map((digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1));
  return backgroundKind(shares);
};

/** What a terminal sends, less its reports: a stand-in for the terminal's own stream. */
export class TerminalInput extends Readable {
  readonly #stdin: ReadStream;
  readonly #reports: TerminalReports;
  /** What may be the beginning of a report, as bytes in a string. */
  #held = '';
  #flushSoon: NodeJS.Timeout | null = null;
  readonly #take = (chunk: Buffer | string): void => this.#receive(Buffer.from(chunk));

  constructor(stdin: ReadStream, reports: TerminalReports) {
    super();
    this.#stdin = stdin;
    this.#reports = reports;
  }

  get isTTY(): boolean {
    return this.#stdin.isTTY;
  }

  start(): void {
    this.#stdin.on('data', this.#take);
    // Listening alone does not start a stream again that an earlier screen has paused.
    this.#stdin.resume();
  }

  stop(): void {
    this.#stdin.off('data', this.#take);
    this.#stdin.pause();
    if (this.#flushSoon) clearTimeout(this.#flushSoon);
  }

  setRawMode(raw: boolean): this {
    this.#stdin.setRawMode(raw);
    return this;
  }

  ref(): this {
    this.#stdin.ref();
    return this;
  }

  unref(): this {
    this.#stdin.unref();
    return this;
  }

  override _read(): void {}

  #receive(chunk: Buffer): void {
    if (this.#flushSoon) clearTimeout(this.#flushSoon);
    const text = this.#held + chunk.toString('latin1');
    let from = 0;
    for (const found of text.matchAll(report)) {
      this.#type(text.slice(from, found.index));
      from = found.index + found[0].length;
      this.#tell(found);
    }
    const rest = text.slice(from);
    this.#held = beginning.exec(rest)?.[0] ?? '';
    this.#type(rest.slice(0, rest.length - this.#held.length));
    if (this.#held !== '') this.#flushSoon = setTimeout(() => this.#flush(), heldForMs);
  }

  #flush(): void {
    this.#type(this.#held);
    this.#held = '';
  }

  #type(bytes: string): void {
    if (bytes !== '') this.push(Buffer.from(bytes, 'latin1'));
  }

  #tell([, button, column, row, stroke, colour]: RegExpExecArray): void {
    if (colour !== undefined) {
      const background = backgroundOf(colour);
      if (background) this.#reports.onBackground(background);
    } else if (button !== undefined) {
      const kind = pointerKinds[button];
      if (kind && stroke === 'M')
        this.#reports.onPointer({ kind, column: Number(column) - 1, row: Number(row) - 1 });
    } else this.#reports.onAnswer();
  }
}
