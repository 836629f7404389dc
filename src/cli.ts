#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import process from 'node:process';

const requiredMajor = 22;
const [major] = process.versions.node.split('.').map(Number);

if (major < requiredMajor) {
  // The package `node` is there in a clone with its development packages, and npm's scripts use it.
  const ownNode = new URL('../node_modules/node/package.json', import.meta.url);
  const remedy = existsSync(ownNode) ? 'run it with npm start, which brings its own' : 'install Node 24';
  process.stderr.write(
    `teachtop needs Node ${requiredMajor} or newer, this is ${process.versions.node}: ${remedy}\n`,
  );
  process.exitCode = 2;
} else {
  const { startFileThread, startWithinAddressLimit } = await import('./commands/host/system-limits.js');
  startWithinAddressLimit();
  (await import('./commands/host/compiled-code.js')).keepCompiledCode();
  // React is many times slower otherwise, and keeps every render for its tools.
  process.env.NODE_ENV ??= 'production';
  // Ink's colour library follows FORCE_COLOR but not NO_COLOR, and reads it when it is imported.
  const asked = process.argv.findLast((arg) => arg === '--color' || arg === '--no-color');
  const unwanted = asked === undefined ? Boolean(process.env.NO_COLOR) : asked === '--no-color';
  if (unwanted && (process.env.FORCE_COLOR === undefined || asked)) process.env.FORCE_COLOR = '0';
  // Native TensorFlow writes to the terminal past Node's streams, and threads cannot set what it reads.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  // Node would open a debugger's port; what is recorded ends as told to by any other signal, all else at once.
  process.on('SIGUSR1', () => {
    if (process.listenerCount('SIGUSR1') === 1) process.exit(128 + constants.signals.SIGUSR1);
  });
  // A file as large as the shell allows (ulimit -f) is a write that fails, and no reason to end.
  process.on('SIGXFSZ', () => {});
  const refusal = await startFileThread();
  if (refusal !== null) {
    process.stderr.write(`teachtop: ${refusal}\n`);
    process.exit(1);
  }
  const { endWhenWritten, endWithin } = await import('./commands/host/process-end.js');
  const { runProgram } = await import('./commands/program.js');
  const exitCode = await runProgram({
    args: process.argv.slice(2),
    environment: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    signals: process,
    endWithin,
  });
  await endWhenWritten(exitCode);
}
