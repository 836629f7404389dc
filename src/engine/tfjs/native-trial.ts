import { spawnSync } from 'node:child_process';

/** Imports a module and tells on standard output what it throws, in one line. */
const trial = `
import util from 'node:util';
// Removed in Node 23, called by tfjs-node 4.22.
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
try {
  await import(process.argv[1]);
} catch (error) {
  process.stdout.write(String(error?.message ?? error).split('\\n')[0].trim());
  process.exitCode = 1;
}`;

/**
 * Why a module of native code does not load, found out in a process of its own; null where it loads. A library that needs
 * instructions which the processor lacks ends the process that loads it, and would take the terminal along.
 */
export const nativeProblem = (moduleUrl: string): string | null => {
  const { status, signal, stdout, error } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', trial, moduleUrl],
    // Without the user's NODE_OPTIONS: a debugger that waits there would be waited for.
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, NODE_OPTIONS: '' } },
  );
  if (error) return error.message;
  if (signal !== null) return `it ends the process that loads it (${signal})`;
  return status === 0 ? null : stdout || `its process ended with exit code ${status}`;
};
