import process from 'node:process';

/**
 * Ends the process now, whatever its threads are at: `process.exit` waits for those that native code holds. Another
 * program in its place ends them all, and has the exit code.
 */
const endNow = (exitCode: number): void => {
  if (process.platform !== 'win32' && process.execve) {
    // Gives the terminal back.
    process.emit('exit', exitCode);
    process.execve('/bin/sh', ['sh', '-c', `exit ${exitCode}`], {});
  }
  process.exit(exitCode);
};

/** Ends the process if it has not ended by itself so many milliseconds from now; its terminal is restored. */
export const endWithin = (milliseconds: number, exitCode: number): void => {
  setTimeout(() => endNow(exitCode), milliseconds).unref();
};

const drained = (stream: NodeJS.WriteStream): Promise<void> =>
  stream.writableLength === 0 || stream.destroyed
    ? Promise.resolve()
    : new Promise((resolve) => stream.write('', () => resolve()));

/** Longest that a program which a signal has ended waits for whoever takes its output. */
const orderedMs = 1000;

/** Ends the process when its output has been taken: a thread or a timer that is left does not keep it. */
export const endWhenWritten = async (exitCode: number): Promise<void> => {
  process.exitCode = exitCode;
  if (exitCode > 128) endWithin(orderedMs, exitCode);
  await Promise.all([process.stdout, process.stderr].map(drained));
  process.exit();
};
