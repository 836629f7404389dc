import type { EventEmitter } from 'node:events';
import { constants } from 'node:os';

/** The process around a command: the only way in for arguments, environment, streams and signals. */
export type Host = {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Emits the names of signals, and 'uncaughtException' with its error. */
  readonly signals: EventEmitter;
  /** Ends the process with this code, its terminal restored, if it has not ended by itself so many milliseconds from now. */
  endWithin(milliseconds: number, exitCode: number): void;
};

/** Signals that order the program to end: a user's, a system's that shuts down, those of batch systems before a limit. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGXCPU'] as const;

/** As shells count it. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** How long the program takes to end, once it is to. */
export const endingMs = 1700;
/** The same after an error, which nobody waits for as for a signal: it is to be said and logged on a busy machine too. */
const failingMs = 10_000;

/** Whether a write failed because nobody reads any more: a closed pipe, a closed terminal. */
export const isReaderGone = ({ code }: NodeJS.ErrnoException): boolean => code === 'EPIPE' || code === 'EIO';

/** Why a program ends before its work does. */
export type Ending = {
  readonly exitCode: number;
  /** For the log's last line. */
  readonly reason: string;
  /** One line for the user; null for what the user asked for. */
  readonly failure: string | null;
};

/** What a lost terminal does to a run. */
export type OnHangUp = 'end' | 'continue';

/** A terminal's handle blocks by default; that there is a way to change it is Node's secret. */
type BlockingHandle = { readonly _handle?: { setBlocking?: (blocking: boolean) => void } | null };

/** Has writes wait in the program, not the program for them: a terminal that is stopped takes nothing. */
const doNotBlock = (stream: NodeJS.WriteStream): void => {
  if (stream.isTTY) (stream as BlockingHandle)._handle?.setBlocking?.(false);
};

/** Waits for the first thing that ends the program early: a signal, or an error that nobody else catches. */
export class EndingWatch {
  readonly #controller = new AbortController();
  readonly #screen = new AbortController();
  readonly #host: Host;
  readonly #onHangUp: OnHangUp;
  readonly #stop: () => void;
  #ending: Ending | null = null;

  constructor(host: Host, onHangUp: OnHangUp = 'end') {
    const { signals } = host;
    for (const stream of [host.stdout, host.stderr]) doNotBlock(stream);
    this.#host = host;
    this.#onHangUp = onHangUp;
    const ends = (signal: NodeJS.Signals) => () =>
      this.#end({ exitCode: exitCodeOf(signal), reason: 'ended by a signal', failure: null });
    const handlers: [string, (cause: unknown) => void][] = [
      ...endingSignals.map((signal): [string, () => void] => [signal, ends(signal)]),
      ['SIGHUP', () => this.hangUp()],
      ['uncaughtException', (error) => this.fail(error instanceof Error ? error.message : String(error))],
    ];
    for (const [name, handler] of handlers) signals.on(name, handler);
    this.#stop = () => {
      for (const [name, handler] of handlers) signals.off(name, handler);
    };
  }

  /** Null while nothing ends the program. */
  get ending(): Ending | null {
    return this.#ending;
  }

  /** Aborted when there is an ending. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Aborted when there is nothing to show a screen on any more: at an ending, or with the terminal gone. */
  get screenSignal(): AbortSignal {
    return this.#screen.signal;
  }

  /** Ends the program with exit code 1, or 2 where the input was unusable. */
  fail(failure: string, exitCode: 1 | 2 = 1): void {
    this.#end({ exitCode, reason: 'ended by an error', failure });
  }

  /** The terminal has gone, which its signal may tell before, after, or not at all. Ends the program where it is to. */
  hangUp(): void {
    if (this.#onHangUp === 'continue') this.#screen.abort();
    else this.#end({ exitCode: exitCodeOf('SIGHUP'), reason: 'ended with its terminal', failure: null });
  }

  /** Nobody takes the output any more: it ends the program, as a failure unless its reader has gone. */
  loseOutput(error: NodeJS.ErrnoException): void {
    const exitCode = isReaderGone(error) ? exitCodeOf('SIGHUP') : 1;
    this.#end({ exitCode, reason: 'ended with its output', failure: null });
  }

  /** Gives signals and errors back their default meaning. */
  stop(): void {
    this.#stop();
  }

  #end(ending: Ending): void {
    const patience = ending.failure === null ? endingMs : failingMs;
    if (this.#ending === null) this.#host.endWithin(patience, ending.exitCode);
    this.#ending ??= ending;
    this.#controller.abort();
    this.#screen.abort();
  }
}
