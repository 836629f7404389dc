import type { EventEmitter } from 'node:events';

/** The process around a command: the only way in for arguments, environment, streams and signals. */
export type Host = {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Emits 'SIGINT', 'SIGTERM', 'SIGHUP', and 'uncaughtException' with its error. */
  readonly signals: EventEmitter;
};

const exitCodeOf = { SIGINT: 130, SIGTERM: 143 };
const hangUpExitCode = 129;

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

/** Waits for the first thing that ends the program early: a signal, or an error that nobody else catches. */
export class EndingWatch {
  readonly #controller = new AbortController();
  readonly #screen = new AbortController();
  readonly #onHangUp: OnHangUp;
  readonly #stop: () => void;
  #ending: Ending | null = null;

  constructor({ signals }: Host, onHangUp: OnHangUp = 'end') {
    this.#onHangUp = onHangUp;
    const ends = (exitCode: number) => () =>
      this.#end({ exitCode, reason: 'ended by a signal', failure: null });
    const handlers: [string, (cause: unknown) => void][] = [
      ...Object.entries(exitCodeOf).map(([name, exitCode]): [string, () => void] => [name, ends(exitCode)]),
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
    else this.#end({ exitCode: hangUpExitCode, reason: 'ended with its terminal', failure: null });
  }

  /** Gives signals and errors back their default meaning. */
  stop(): void {
    this.#stop();
  }

  #end(ending: Ending): void {
    this.#ending ??= ending;
    this.#controller.abort();
    this.#screen.abort();
  }
}
