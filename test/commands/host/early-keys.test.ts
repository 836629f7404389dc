import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { takeKeysEarly } from '../../../src/commands/host/early-keys.js';
import type { Host } from '../../../src/commands/host/process-host.js';

/** A process at a terminal, and what is done to both. */
const opened = () => {
  const done: string[] = [];
  const signals = new EventEmitter();
  const host = {
    stdin: { setRawMode: (raw: boolean) => done.push(raw ? 'raw' : 'as it was') },
    signals,
    endWithin: (milliseconds: number, exitCode: number) => done.push(`${milliseconds} ms: ${exitCode}`),
  };
  takeKeysEarly(host as unknown as Host);
  return { done, signals };
};

test.each([
  ['SIGHUP', 129],
  ['SIGUSR2', 140],
  ['SIGXCPU', 152],
] as const)('%s gives the terminal back before there is a screen', (signal, code) => {
  const { done, signals } = opened();
  signals.emit(signal);
  expect(done).toEqual(['raw', 'as it was', `0 ms: ${code}`]);
});

test('a signal that something else hears is left to it', () => {
  const { done, signals } = opened();
  signals.on('SIGHUP', () => done.push('heard'));
  signals.emit('SIGHUP');
  expect(done).toEqual(['raw', 'heard']);
});
