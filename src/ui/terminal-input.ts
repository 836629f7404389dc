import { Readable } from 'node:stream';
import type { ReadStream } from 'node:tty';

/** Asks any terminal whether it is there. */
export const statusRequest = '\u001b[5n';
/** What it answers, when it has taken in all that was written before; no key sends it. */
const statusAnswer = Buffer.from('\u001b[0n');

/** What a terminal sends, less its answers to status requests: a stand-in for the terminal's own stream. */
export class TerminalInput extends Readable {
  readonly #stdin: ReadStream;
  readonly #onAnswer: () => void;
  readonly #take = (chunk: Buffer | string): void => this.#receive(Buffer.from(chunk));

  constructor(stdin: ReadStream, onAnswer: () => void) {
    super();
    this.#stdin = stdin;
    this.#onAnswer = onAnswer;
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
    let from = 0;
    for (let at = chunk.indexOf(statusAnswer); at !== -1; at = chunk.indexOf(statusAnswer, from)) {
      if (at > from) this.push(chunk.subarray(from, at));
      from = at + statusAnswer.length;
      this.#onAnswer();
    }
    if (from < chunk.length) this.push(chunk.subarray(from));
  }
}
