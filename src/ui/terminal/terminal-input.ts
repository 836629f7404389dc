import type { ReadStream } from 'node:tty';
import { InputParser, type TerminalInputEvent } from './input-parser.js';

/** How long an escape waits for the rest of a sequence before it is the key. */
const escapeMs = 30;

/** The terminal's keyboard while a screen has it: unechoed, key by key. */
export class TerminalInput {
  readonly #stdin: ReadStream;
  readonly #parser: InputParser;
  #decideSoon: NodeJS.Timeout | null = null;
  #decideNow: NodeJS.Immediate | null = null;
  readonly #take = (chunk: Buffer | string): void => this.#receive(Buffer.from(chunk));

  constructor(stdin: ReadStream, tell: (event: TerminalInputEvent) => void) {
    this.#stdin = stdin;
    this.#parser = new InputParser(tell);
  }

  start(): void {
    this.setRaw(true);
    this.#stdin.on('data', this.#take);
    // Listening alone does not start a stream again that an earlier screen has paused.
    this.#stdin.resume();
    this.#stdin.ref();
  }

  /** A terminal that is gone cannot be given back: its error is the caller's. */
  stop(): void {
    this.#wait();
    this.#stdin.off('data', this.#take);
    this.#stdin.pause();
    this.#stdin.unref();
    this.setRaw(false);
  }

  setRaw(raw: boolean): void {
    this.#stdin.setRawMode(raw);
  }

  /** Takes the terminal's modes anew: somebody else may have changed them, which Node does not know. */
  renewRaw(): void {
    this.setRaw(false);
    this.setRaw(true);
  }

  #receive(chunk: Buffer): void {
    this.#wait();
    this.#parser.push(chunk);
    if (!this.#parser.isUndecided) return;
    this.#decideSoon = setTimeout(() => {
      // The rest may have arrived while the program was busy, and is read before this.
      this.#decideNow = setImmediate(() => this.#parser.decide());
    }, escapeMs);
  }

  #wait(): void {
    if (this.#decideSoon) clearTimeout(this.#decideSoon);
    if (this.#decideNow) clearImmediate(this.#decideNow);
    this.#decideSoon = null;
    this.#decideNow = null;
  }
}
