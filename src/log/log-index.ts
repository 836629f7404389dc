import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { UserError } from '../input/index.js';
import type { Frame, Header, RunEvent } from '../protocol/index.js';
import { readLineText } from './line-text.js';
import { LogParser, type PlacedLine } from './log-parser.js';
import { type LogSource, locateLog, openLog } from './log-source.js';

const chunkBytes = 1024 * 1024;

/** Bytes in which most headers end. */
const headerBytes = 4096;

/** Bytes before the end of what has been read by which a file is known again. */
const markBytes = 256;

/** What an index keeps of a line: where it stands, and what kind it is. */
export type IndexedLine = {
  readonly offset: number;
  readonly bytes: number;
  readonly step: number;
  /** Null for a frame. */
  readonly event: RunEvent['event'] | null;
};

/** What a file has become since it was looked at: begun again, it is to be read from its start. */
export type Growth = 'unchanged' | 'grown' | 'begun-again';

const readAt = (descriptor: number, from: number, to: number): Buffer => {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  let read = 0;
  while (read < bytes.length) {
    const count = readSync(descriptor, bytes, read, bytes.length - read, from + read);
    if (count === 0) break;
    read += count;
  }
  return bytes.subarray(0, read);
};

/** What is known of an open file; null for one that its server has forgotten (ESTALE), as when another machine replaced it. */
const statOfOpen = (descriptor: number): Stats | null => {
  try {
    return fstatSync(descriptor);
  } catch {
    return null;
  }
};

/**
 * Where each sound line of a log stands, so that any can be read again, in a file that may be growing, be cut and grow
 * again, be replaced by another, or be begun again. A torn last line is no line yet.
 */
export class LogIndex {
  readonly file: string;
  readonly #source: LogSource;
  #descriptor: number;
  #parser: LogParser;
  #lines: IndexedLine[] = [];
  /** The end of what has been read, as it was then. */
  #mark: Buffer = Buffer.alloc(0);
  #isComplete: boolean;
  #damage: string | null = null;
  /** Whether the last line has been taken as it is: no more is expected. */
  #hasEnded = false;
  #failure: unknown = null;

  /** Opens a run's folder or log; nothing is read yet. Errors: UserError where there is none. */
  constructor(path: string) {
    this.file = locateLog(path);
    this.#source = openLog(this.file);
    this.#descriptor = this.#source.descriptor;
    this.#parser = new LogParser(this.file);
    this.#isComplete = this.#source.isPlain;
    this.#source.complete.then(
      (damage) => {
        this.#damage = damage;
        this.#isComplete = true;
      },
      (error) => {
        this.#failure = error;
      },
    );
  }

  /** Opens a log and reads all of it. Errors: UserError for what is no log. */
  static async readWhole(path: string): Promise<LogIndex> {
    const index = new LogIndex(path);
    try {
      await index.readWhole();
      return index;
    } catch (error) {
      index.close();
      throw error;
    }
  }

  /** Reads all of it. Errors: UserError for what is no log. */
  async readWhole(): Promise<void> {
    await this.#source.complete;
    this.grow();
    this.end();
    if (!this.#parser.header) throw this.#parser.refuseWithoutHeader();
  }

  /** Reads to the header and little further. Errors: UserError for what is no log. */
  readHeader(): void {
    while (!this.hasHeader && this.grow(headerBytes) === 'grown');
    if (!this.#parser.header) throw this.#parser.refuseWithoutHeader();
  }

  /** Errors: where it has not been read. */
  get header(): Header {
    if (!this.#parser.header) throw this.#parser.refuseWithoutHeader();
    return this.#parser.header;
  }

  get hasHeader(): boolean {
    return this.#parser.header !== null;
  }

  /** Sound lines after the header. */
  get lines(): readonly IndexedLine[] {
    return this.#lines;
  }

  /** Bytes after the last whole line. */
  get tornBytes(): number {
    return this.#parser.tornBytes;
  }

  /**
   * What was left out, or read otherwise than it is written, in sentences; a torn last line is among it once the end has been
   * taken.
   */
  get notes(): readonly string[] {
    const { notes } = this.#hasEnded ? this.#parser : this.#parser.omissions;
    return this.#damage === null ? notes : [...notes, this.#damage];
  }

  /** Bytes of the file that have not been read. */
  get bytesLeft(): number {
    return Math.max(0, this.bytes - this.#parser.wholeBytes - this.#parser.tornBytes);
  }

  /** Bytes of the file, as far as it has come. */
  get bytes(): number {
    return fstatSync(this.#descriptor).size;
  }

  /** When the file that is open was written to, in milliseconds since 1970; 0 where that is not known. */
  get writtenMs(): number {
    return statOfOpen(this.#descriptor)?.mtimeMs ?? 0;
  }

  /** Whether more may come: always of a file; of a pipe and of what is compressed until its end. */
  get isOpen(): boolean {
    return this.#source.isPlain || !this.#isComplete;
  }

  /** Whether the lines come from the file itself, whose time of change says whether it grows. */
  get isPlain(): boolean {
    return this.#source.isPlain;
  }

  /**
   * Reads what has been written since, `mostBytes` at least or to the end, and calls back with each sound line. A file
   * that has been begun again is not read at once: the next call reads it from its start. Errors: UserError for what is
   * no log.
   */
  grow(mostBytes = Number.POSITIVE_INFINITY, tell: (line: PlacedLine) => void = () => {}): Growth {
    if (this.#failure) throw this.#failure;
    this.#reopen();
    if (!this.#isKnownAgain()) {
      this.#parser = new LogParser(this.file);
      this.#lines = [];
      this.#mark = Buffer.alloc(0);
      return 'begun-again';
    }
    const before = this.#parser.wholeBytes;
    this.#parser.forgetTorn();
    const chunk = Buffer.alloc(Math.min(chunkBytes, mostBytes));
    for (let at = before; this.#parser.wholeBytes === before || at - before < mostBytes; ) {
      const count = readSync(this.#descriptor, chunk, 0, chunk.length, at);
      if (count === 0) break;
      for (const line of this.#parser.push(chunk.subarray(0, count))) this.#add(line, tell);
      at += count;
    }
    if (this.#parser.wholeBytes === before) return 'unchanged';
    this.#mark = this.#readMark();
    return 'grown';
  }

  /** Takes a last line without its line feed, where it is whole, of a file that does not grow. */
  end(tell: (line: PlacedLine) => void = () => {}): void {
    for (const line of this.#parser.end()) this.#add(line, tell);
    this.#hasEnded = true;
  }

  /**
   * Reads lines again. `from` and `to`, exclusive, count sound lines after the header. Errors: UserError where they stand
   * there no more.
   */
  read(from: number, to: number): (Frame | RunEvent)[] {
    return this.#lines.slice(from, to).map((line) => this.#readAgain(line));
  }

  /** Reads lines again, each when it is asked for: `to` of them, or all. */
  *each(to = this.#lines.length): Generator<Frame | RunEvent> {
    for (let at = 0; at < to; at++) yield* this.read(at, at + 1);
  }

  /** The lines in the last bytes of the file, as many as it takes for a frame; none before the header is read. */
  readEnd(fewestBytes: number): (Frame | RunEvent)[] {
    const { header } = this.#parser;
    if (!header) return [];
    const size = this.bytes;
    for (let bytes = fewestBytes; ; bytes *= 4) {
      const from = Math.max(0, size - bytes);
      const tail = readAt(this.#descriptor, from, size);
      const first = from === 0 ? 0 : tail.indexOf('\n') + 1;
      const parser = new LogParser(this.file, header);
      const lines = (first > 0 || from === 0 ? parser.push(tail.subarray(first)) : []).flatMap(({ line }) =>
        line.type === 'header' ? [] : [line],
      );
      if (from === 0 || lines.some(({ type }) => type === 'frame')) return lines;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #readAgain({ offset, bytes }: IndexedLine): Frame | RunEvent {
    const text = readAt(this.#descriptor, offset, offset + bytes).toString('utf8');
    try {
      const { line } = readLineText(text, this.header, this.file);
      if (line.type !== 'header') return line;
    } catch {}
    throw new UserError(`${this.file}: was written anew while it was read`);
  }

  #add({ line, offset, bytes, number }: PlacedLine, tell: (line: PlacedLine) => void): void {
    if (line.type !== 'header')
      this.#lines.push({ offset, bytes, step: line.step, event: line.type === 'event' ? line.event : null });
    tell({ line, offset, bytes, number });
  }

  /** Goes over to the file that has taken the place of the one that is open. */
  #reopen(): void {
    if (!this.#source.isPlain) return;
    const now = statSync(this.file, { throwIfNoEntry: false });
    const open = statOfOpen(this.#descriptor);
    if (!now?.isFile() || (now.ino === open?.ino && now.dev === open.dev)) return;
    const descriptor = openSync(this.file, 'r');
    closeSync(this.#descriptor);
    this.#descriptor = descriptor;
  }

  /** Whether the file still has what was read last: it may have been cut, or written anew, and have grown since. */
  #isKnownAgain(): boolean {
    return this.#readMark().equals(this.#mark);
  }

  #readMark(): Buffer {
    const end = this.#parser.wholeBytes;
    return readAt(this.#descriptor, Math.max(0, end - markBytes), end);
  }
}
