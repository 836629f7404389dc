import type { EventEmitter } from 'node:events';

/** The process around a command: the only way in for arguments, environment, streams and signals. */
export type Host = {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Emits 'SIGINT', 'SIGTERM' and 'SIGHUP'. */
  readonly signals: EventEmitter;
};

const exitCodeOf: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** The first signal that asks the program to end, as an aborted AbortSignal and as an exit code. */
export class SignalWatch {
  readonly #controller = new AbortController();
  readonly #stop: () => void;
  exitCode: number | null = null;

  constructor({ signals }: Host) {
    const handlers = Object.entries(exitCodeOf).map(([name, code]) => {
      const handler = (): void => {
        this.exitCode ??= code;
        this.#controller.abort();
      };
      signals.on(name, handler);
      return [name, handler] as const;
    });
    this.#stop = () => {
      for (const [name, handler] of handlers) signals.off(name, handler);
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives the signals back their default meaning. */
  stop(): void {
    this.#stop();
  }
}
