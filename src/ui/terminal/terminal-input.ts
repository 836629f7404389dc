import { closeSync, constants, openSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import type { TerminalInputEvent } from './input-events.js';
import { InputParser } from './input-parser.js';

/** Which file a stream reads is Node's secret. */
type WithHandle = { readonly _handle?: { readonly fd?: number } | null };

/** The terminal's keyboard while a screen has it: unechoed, key by key. */
export class TerminalInput {
  readonly #stdin: ReadStream;
  readonly #parser: InputParser;
  #decideSoon: NodeJS.Timeout | null = null;
  #decideNow: NodeJS.Immediate | null = null;
  readonly #take = (chunk: Buffer | string): void => this.#receive(Buffer.from(chunk));

  constructor(
    stdin: ReadStream,
    tell: (event: TerminalInputEvent) => void,
    isAnswerAwaited: () => boolean = () => false,
  ) {
    this.#stdin = stdin;
    this.#parser = new InputParser(tell, isAnswerAwaited);
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
    this.#stopWaiting();
    this.#stdin.off('data', this.#take);
    this.#stdin.pause();
    this.#stdin.unref();
    this.setRaw(false);
  }

  setRaw(raw: boolean): void {
    this.#stdin.setRawMode(raw);
  }

  /**
   * Takes the terminal's modes anew: somebody else may have changed them, which the stream does not know. A second stream
   * takes them without giving them back in between, when keys would be echoed.
   */
  renewRaw(): void {
    this.setRaw(true);
    if (!(this.#stdin instanceof ReadStream)) return;
    try {
      const descriptor = openSync('/dev/fd/0', constants.O_RDONLY | constants.O_NOCTTY);
      const other: ReadStream & WithHandle = new ReadStream(descriptor);
      other.on('error', () => undefined);
      other.setRawMode(true);
      // libuv opens a pseudo-terminal once more, and closes only what it has opened.
      if (other._handle && other._handle.fd !== descriptor) closeSync(descriptor);
      other.destroy();
    } catch {
      // The terminal is somebody else's, as after `su`.
      this.setRaw(false);
      this.setRaw(true);
    }
  }

  #receive(chunk: Buffer): void {
    this.#stopWaiting();
    this.#parser.push(chunk);
    this.#decideLater();
  }

  #decideLater(): void {
    const { patienceMs } = this.#parser;
    if (patienceMs === null) return;
    this.#decideSoon = setTimeout(() => {
      // The rest may have arrived while the program was busy, and is read before this.
      this.#decideNow = setImmediate(() => {
        this.#parser.decide();
        this.#decideLater();
      });
    }, patienceMs);
  }

  #stopWaiting(): void {
    if (this.#decideSoon) clearTimeout(this.#decideSoon);
    if (this.#decideNow) clearImmediate(this.#decideNow);
    this.#decideSoon = null;
    this.#decideNow = null;
  }
}
