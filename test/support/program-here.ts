import { EventEmitter } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { vi } from 'vitest';
import { runProgram } from '../../src/commands/program.js';
import { personalEnvironment } from './terminal-program.js';

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
  const folders = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
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
