import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import { runProgram } from '../../src/commands/program.js';
import { EmulatedTerminal } from './emulated-terminal.js';
import { personalEnvironment } from './terminal-program.js';

const foldersIn = (home: string) => ({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home });

/** A stream that is no terminal, and all that is written to it. */
const stream = () => {
  const passing = new PassThrough();
  return { stream: passing as unknown as NodeJS.WriteStream, said: text(passing), end: () => passing.end() };
};

/**
 * Runs the program in this process on a command line, with `home` for all its folders; to its end. `outlet` takes its
 * output in place of somebody who reads it. For what arguments and files do to it: signals, terminals and the process's
 * own end need the real program.
 */
export const runHere = async (home: string, args: readonly string[], outlet?: Writable) => {
  const [stdout, stderr] = [stream(), stream()];
  const folders = foldersIn(home);
  for (const [name, folder] of Object.entries(folders)) vi.stubEnv(name, folder);
  try {
    const code = await runProgram({
      args,
      environment: personalEnvironment(folders),
      stdin: new PassThrough() as unknown as NodeJS.ReadStream,
      stdout: (outlet as NodeJS.WriteStream | undefined) ?? stdout.stream,
      stderr: stderr.stream,
      signals: new EventEmitter(),
      endWithin: () => {},
    });
    stdout.end();
    stderr.end();
    return { out: await stdout.said, errors: await stderr.said, code };
  } finally {
    vi.unstubAllEnvs();
  }
};

/**
 * The program in this process, at an emulated terminal, with `home` for all its folders. For what keys do: the system's part in
 * a terminal, real signals and the process's own end need the real program.
 */
export class TerminalHere extends EmulatedTerminal {
  /** Its exit code. */
  readonly exited: Promise<number>;
  readonly #keyboard = Object.assign(new PassThrough(), {
    ...{ isTTY: true, setRawMode: () => undefined, ref: () => undefined, unref: () => undefined },
  });
  readonly #signals = new EventEmitter();
  readonly #outlet: Writable & { isTTY: boolean; columns: number; rows: number };

  constructor(
    home: string,
    args: readonly string[],
    {
      columns = 80,
      rows = 24,
      environment = {},
    }: {
      readonly columns?: number;
      readonly rows?: number;
      readonly environment?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(columns, rows);
    const outlet = new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        // As the system has it.
        this.take(String(chunk).replaceAll('\n', '\r\n'));
        done();
      },
    });
    this.#outlet = Object.assign(outlet, { isTTY: true, columns, rows });
    const stdout = this.#outlet as unknown as NodeJS.WriteStream;
    this.exited = runProgram({
      ...{ args, stdout, stderr: stdout, signals: this.#signals, endWithin: () => {} },
      environment: personalEnvironment({ ...foldersIn(home), ...environment }),
      stdin: this.#keyboard as unknown as NodeJS.ReadStream,
    }).finally(() => this.end());
  }

  press(keys: string): void {
    this.#keyboard.write(keys);
  }

  override resize(columns: number, rows: number): void {
    super.resize(columns, rows);
    Object.assign(this.#outlet, { columns, rows });
    this.#outlet.emit('resize');
  }

  /** Has the program hear of a signal. */
  signal(name: NodeJS.Signals): void {
    this.#signals.emit(name);
  }
}
