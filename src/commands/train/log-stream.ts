import { ftruncateSync, readSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { openUnnamed, writeAll } from '../../files/index.js';
import { logLine } from '../../log/index.js';
import type { SessionMessage } from '../../protocol/index.js';
import { untilRoom } from '../host/reader-pace.js';

/** Bytes that may wait in memory for whoever reads the log. */
const mostInMemory = 1024 ** 2;

/**
 * Writes a run's frame log to standard output, the lines that a file would have: for `teachtop --log=- | jq`. Training does
 * not wait for who reads it: what is not taken waits in a file without a name.
 */
export class LogStream {
  readonly #out: Writable;
  /** Null until it is needed. */
  #file: number | null = null;
  /** Bytes of the file that have been passed on, and that there are. */
  #passed = 0;
  #size = 0;
  #passing: Promise<void> | null = null;

  constructor(out: Writable) {
    this.#out = out;
  }

  receive(message: SessionMessage): void {
    if (message.type !== 'header' && message.type !== 'frame' && message.type !== 'event') return;
    const line = Buffer.from(logLine(message));
    if (!this.#passing && this.#out.writableLength < mostInMemory) this.#out.write(line);
    else this.#keep(line);
  }

  /** Resolves when everything has been passed on, or nobody reads any more. */
  async close(): Promise<void> {
    await this.#passing;
  }

  #keep(line: Buffer): void {
    try {
      this.#file ??= openUnnamed();
      const end = this.#size;
      writeAll(this.#file, line, (file, bytes, at, length) => writeSync(file, bytes, at, length, end + at));
      this.#size += line.length;
      this.#passing ??= this.#pass(this.#file);
    } catch (error) {
      // Lines are in their order whatever becomes of the file: none goes past those that wait in it.
      this.#out.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Passes on what is in the file, at its reader's pace. */
  async #pass(file: number): Promise<void> {
    const piece = Buffer.alloc(mostInMemory);
    for (await untilRoom(this.#out); this.#passed < this.#size && this.#out.writable; ) {
      const count = readSync(file, piece, 0, piece.length, this.#passed);
      this.#passed += count;
      this.#out.write(Buffer.from(piece.subarray(0, count)));
      await untilRoom(this.#out);
    }
    ftruncateSync(file);
    this.#passed = 0;
    this.#size = 0;
    this.#passing = null;
  }
}
