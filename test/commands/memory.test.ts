import { PassThrough, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { SessionMessage } from '../../src/protocol/session.js';
import { showDashboard } from '../../src/ui/dashboard/dashboard.js';
import { keyTable } from '../../src/ui/screen/keys.js';
import { idleSession } from '../support/idle-session.js';
import { usualPreferences } from '../support/preferences.js';
import { syntheticFrame, syntheticHeader } from '../support/synthetic-run.js';

/** An hour at 12 frames a second is 43,200 of them; `npm run bench:memory` takes all. */
const frames = Number(process.env.MEMORY_FRAMES ?? 1920);
/** What is kept does not depend on how much of it is painted: a small screen will do but for the long run. */
const size = process.env.MEMORY_FRAMES ? { columns: 120, rows: 40 } : { columns: 80, rows: 24 };
/** Frames may come much faster than they are painted. */
const framesAPaint = process.env.MEMORY_FRAMES ? 1 : 16;
/** A collection of all garbage takes long among many tests. */
const samples = 6;
/** After so many parts of the run everything that is bounded has come to its bounds. */
const filled = 2;
const mostGrowth = 6 * 1024 ** 2;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const heap = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** A terminal that takes everything and answers nothing; counts. */
const opened = () => {
  const counts = { bytes: 0, clears: 0 };
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      counts.bytes += chunk.length;
      counts.clears += String(chunk).split('\u001b[2J').length - 1;
      done();
    },
  });
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode() {}, ref() {}, unref() {} });
  const listeners = new Set<(message: SessionMessage) => void>();
  const session = idleSession({
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  let tick = (): void => {};
  let now = 0;
  const abort = new AbortController();
  const ended = showDashboard({
    ...{ session, presets: () => [], keys: keyTable, onPreferences() {}, signal: abort.signal },
    preferences: usualPreferences,
    appearance: { colorLevel: 3, background: 'dark', asksBackground: false },
    stdin: stdin as unknown as ReadStream,
    stdout: Object.assign(stdout, { ...size, isTTY: true }) as unknown as WriteStream,
    clock: () => now,
    frameClock: (interval, onTick) => {
      tick = () => {
        now += interval;
        onTick();
      };
      return () => {};
    },
  });
  const end = async (): Promise<void> => {
    abort.abort();
    await ended;
  };
  const tell = (message: SessionMessage): void => {
    for (const listener of listeners) listener(message);
  };
  return { counts, tell, tick: () => tick(), end };
};

test(`memory stays flat over ${frames} frames, and the screen is never cleared but once`, async () => {
  const { counts, tell, tick, end } = opened();
  const header = syntheticHeader({ frames: frames + 1 });
  tell(header);
  tell({ type: 'log', state: 'recording', path: '/home/ada/run', reason: '' });
  tell({ type: 'status', state: 'running', step: 0 });
  const heaps: number[] = [];
  for (let index = 0; index < frames; index++) {
    const frame = syntheticFrame(header, index);
    tell(frame);
    // A node at the threshold that comes and goes is the most that can happen.
    const node = { layer: 0, teacher: 5, student: 7, correlation: 0.95, threshold: 0.95 } as const;
    tell({ type: 'event', event: index % 2 ? 'lost' : 'specialized', step: frame.step, ...node });
    if (index % framesAPaint === 0) tick();
    await new Promise(setImmediate);
    if ((index + 1) % (frames / samples) === 0) heaps.push(heap());
  }
  await end();
  const megabytes = heaps.map((bytes) => (bytes / 1024 ** 2).toFixed(1));
  if (process.env.MEMORY_FRAMES)
    console.log(
      `frames ${frames}, ${(counts.bytes / frames).toFixed(0)} bytes a frame, heap in MB after each sixth: ${megabytes.join(' ')}`,
    );
  expect(Math.max(...heaps.slice(filled)) - heaps[filled - 1]).toBeLessThan(mostGrowth);
  expect(counts.clears).toBe(1);
}, 900_000);
