import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { EmulatedTerminal } from './emulated-terminal.js';

export const projectFolder = join(import.meta.dirname, '..', '..');
export const programPath = join(projectFolder, 'dist', 'cli.js');

/** The environment of a person at a terminal: ours, less what continuous integration and the tests add. */
export const personalEnvironment = (extra: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const hidden = new Set([
    ...['CI', 'NO_COLOR', 'FORCE_COLOR', 'VITEST', 'NODE_ENV', 'TMUX', 'COLORTERM'],
    'NODE_COMPILE_CACHE',
  ]);
  const kept = Object.entries(process.env).filter(([name]) => !hidden.has(name));
  return {
    ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])),
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    ...extra,
  };
};

/** For a program that runs from the sources: types are taken out of them once. */
export const sourceCache = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '' };

export type ExitStatus = { readonly exitCode: number; readonly signal?: number };

/** The real program in a real pseudo-terminal. */
export class TerminalProgram extends EmulatedTerminal {
  readonly exited: Promise<ExitStatus>;
  readonly #pty: IPty;

  constructor(
    args: readonly string[],
    options: {
      readonly columns?: number;
      readonly rows?: number;
      readonly environment: Record<string, string>;
      readonly command?: string;
    },
  ) {
    const { columns = 80, rows = 24, environment, command = process.execPath } = options;
    super(columns, rows);
    this.#pty = spawn(command, command === process.execPath ? [programPath, ...args] : [...args], {
      ...{ cols: columns, rows },
      name: environment.TERM,
      cwd: projectFolder,
      env: environment,
    });
    this.#pty.onData((data) => this.take(data));
    this.exited = new Promise((resolve) => {
      this.#pty.onExit((status) => void this.end().then(() => resolve(status)));
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  press(keys: string): void {
    this.#pty.write(keys);
  }

  override resize(columns: number, rows: number): void {
    super.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Takes nothing more from the program until `flow`, as a link that has stalled. */
  stall(): void {
    this.#pty.pause();
  }

  flow(): void {
    this.#pty.resume();
  }

  /** Closes the terminal under the program, as a dropped link does. */
  hangUp(): void {
    (this.#pty as IPty & { destroy(): void }).destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#pty.kill(signal);
  }
}
