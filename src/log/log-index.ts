import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { UserError } from '../input/index.js';
import { type Frame, type Header, parseLine, type RunEvent } from '../protocol/index.js';
import { LogParser, locateLog } from './log-reader.js';

const chunkBytes = 1024 * 1024;

/** What an index keeps of a line: where it stands, and what kind it is. */
export type IndexedLine = {
  readonly offset: number;
  readonly bytes: number;
  readonly step: number;
  /** Null for a frame. */
  readonly event: RunEvent['event'] | null;
};

/**
 * Where each line of a log stands, so that any can be read again, in a file that may be growing. A torn last line is
 * no line yet. Errors of every method: UserError for what is no log.
 */
export class LogIndex {
  readonly file: string;
  readonly #descriptor: number;
  readonly #parser: LogParser;
  readonly #lines: IndexedLine[] = [];
  readonly #buffer = Buffer.alloc(chunkBytes);
  #header: Header | null = null;
  /** Bytes handed to the parser. */
  #read = 0;
  /** Where the next line begins. */
  #next = 0;

  /** Opens a run's folder or log and reads all that is there. */
  constructor(path: string) {
    this.file = locateLog(path);
    this.#descriptor = openSync(this.file, 'r');
    this.#parser = new LogParser(this.file);
    this.grow();
    if (!this.#header) throw new UserError(`${this.file}: not a frame log: it has no whole first line`);
  }

  get header(): Header {
    if (!this.#header) throw new UserError(`${this.file}: not a frame log: it has no whole first line`);
    return this.#header;
  }

  /** Lines after the header. */
  get lines(): readonly IndexedLine[] {
    return this.#lines;
  }

  /** Bytes after the last whole line. */
  get tornBytes(): number {
    return this.#parser.tornBytes;
  }

  /** Reads what has been written since; returns whether there was anything new. */
  grow(): boolean {
    const before = this.#next;
    const { size } = fstatSync(this.#descriptor);
    while (this.#read < size) {
      const count = readSync(this.#descriptor, this.#buffer, 0, chunkBytes, this.#read);
      if (count === 0) break;
      this.#read += count;
      for (const { line, bytes } of this.#parser.pushSized(this.#buffer.subarray(0, count))) {
        if (line.type === 'header') this.#header = line;
        else
          this.#lines.push({
            offset: this.#next,
            bytes,
            step: line.step,
            event: line.type === 'event' ? line.event : null,
          });
        this.#next += bytes;
      }
    }
    return this.#next > before;
  }

  /** Reads lines again. `from` and `to`, exclusive, count lines after the header. */
  read(from: number, to: number): (Frame | RunEvent)[] {
    return this.#lines.slice(from, to).map(({ offset, bytes }) => {
      const line = Buffer.alloc(bytes);
      readSync(this.#descriptor, line, 0, bytes, offset);
      return parseLine(JSON.parse(line.toString('utf8')), this.header);
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
