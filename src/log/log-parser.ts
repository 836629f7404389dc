import { UserError } from '../input/index.js';
import type { Header } from '../protocol/index.js';
import { type LineReading, readLine } from './line-reading.js';
import type { LogLine } from './line-text.js';
import { longestLineBytes } from './log-file.js';
import { Omissions } from './omissions.js';

/** A sound line, and where it stands in the file, without its line feed. */
export type PlacedLine = {
  readonly line: LogLine;
  /** Its number in the file, from 1; those that stand in one line have the same. */
  readonly number: number;
  readonly offset: number;
  readonly bytes: number;
};

/** A file with so many lines and no header among them is no log. */
const mostLinesBeforeHeader = 100_000;

const lineFeed = 0x0a;

/**
 * Turns the bytes of a frame log into its sound lines as they come, so that a growing file can be followed: a last line
 * without its end is kept until more arrives. What is no line of a log is left out and noted.
 *
 * Errors: UserError naming the file and line for a header that cannot be shown, and for a file that has none.
 */
export class LogParser {
  readonly omissions = new Omissions();
  readonly #path: string;
  /** Pieces of a line whose end has not come. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #wholeBytes = 0;
  #lineNumber = 0;
  #header: Header | null;

  /** `header`: that of the log, where reading starts after it. */
  constructor(path: string, header: Header | null = null) {
    this.#path = path;
    this.#header = header;
  }

  /** Null until it has been read. */
  get header(): Header | null {
    return this.#header;
  }

  /** Lines so far, those that were left out with them. */
  get lineNumber(): number {
    return this.#lineNumber;
  }

  /** Bytes of whole lines so far. */
  get wholeBytes(): number {
    return this.#wholeBytes;
  }

  /** Bytes after the last whole line: more than none at the end of a file means that it was torn there. */
  get tornBytes(): number {
    return this.#restBytes;
  }

  push(bytes: Buffer): PlacedLine[] {
    const lines: PlacedLine[] = [];
    let from = 0;
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, from)) {
      this.#keep(bytes.subarray(from, end));
      from = end + 1;
      // One by one: a line may have more objects than a call takes arguments.
      for (const line of this.#endLine()) lines.push(line);
    }
    this.#keep(bytes.subarray(from));
    return lines;
  }

  /** Forgets the bytes after the last whole line: they are read again when there are more. */
  forgetTorn(): void {
    this.#rest = [];
    this.#restBytes = 0;
  }

  /** The last line of a file that does not grow, where it lacks nothing but its line feed, or has whole objects. */
  end(): PlacedLine[] {
    const reading = this.#read();
    return reading.sound.length > 0 ? this.#endLine(reading) : [];
  }

  /** What was left out of a file that has been read to its end, or read otherwise than it is written, in sentences. */
  get notes(): readonly string[] {
    const { tornBytes } = this;
    const torn = tornBytes > 0 ? [`the last line is torn (${tornBytes} bytes) and left out`] : [];
    return [...this.omissions.notes, ...torn];
  }

  /** Why a file that has been read to its end is no log. */
  refuseWithoutHeader(): UserError {
    const { first } = this.omissions;
    if (!first) return new UserError(`${this.#path}: not a frame log: it has no whole first line`);
    return new UserError(`${this.#path}, line ${first.line}: not a frame log: ${first.reason}`);
  }

  #keep(piece: Buffer): void {
    this.#restBytes += piece.length;
    if (this.#isOverlong) this.#rest = [];
    else if (piece.length > 0) this.#rest.push(Buffer.from(piece));
  }

  get #isOverlong(): boolean {
    return this.#restBytes > longestLineBytes;
  }

  #read(): LineReading {
    if (this.#isOverlong)
      return {
        sound: [],
        header: this.#header,
        isExact: true,
        leftOut: `more than ${longestLineBytes} bytes`,
      };
    return readLine(Buffer.concat(this.#rest), this.#header, `${this.#path}, line ${this.#lineNumber + 1}`);
  }

  /** Ends the line that has been kept, and notes what of it is left out. */
  #endLine({ sound, header, isExact, leftOut } = this.#read()): PlacedLine[] {
    const start = this.#wholeBytes;
    const number = this.#lineNumber + 1;
    this.#header = header;
    this.#lineNumber = number;
    this.#wholeBytes += this.#restBytes + 1;
    this.forgetTorn();
    if (!isExact) this.omissions.readAsNull(number);
    if (leftOut !== null) this.omissions.leaveOut(number, leftOut);
    if (!header && number >= mostLinesBeforeHeader) throw this.refuseWithoutHeader();
    return sound.map(({ line, from, to }) => ({ line, number, offset: start + from, bytes: to - from }));
  }
}
