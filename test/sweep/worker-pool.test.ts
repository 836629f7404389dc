import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { SweepRun } from '../../src/sweep/expand.js';
import { WorkerPool } from '../../src/sweep/local/worker-pool.js';
import type { TrainOrder } from '../../src/sweep/local/worker-protocol.js';

/** Starts threads of which only the first gets any memory. */
const startOneThread = (): (() => Worker) => {
  let threads = 0;
  class Thread extends EventEmitter {
    readonly #hasRoom = threads++ === 0;

    postMessage({ run }: TrainOrder): void {
      setImmediate(() =>
        this.#hasRoom
          ? this.emit('message', { type: 'finished', result: { run: run.id } })
          : this.emit('error', new Error('no memory for a thread')),
      );
    }

    terminate(): Promise<number> {
      return Promise.resolve(0);
    }
  }
  return () => new Thread() as unknown as Worker;
};

const noThread = (): never => {
  throw new Error('the system refuses a thread');
};

/** Starts one thread, and is refused another. */
const refuseAfterOne = (): (() => Worker) => {
  const start = startOneThread();
  let asked = 0;
  return () => (asked++ === 0 ? start() : noThread());
};

test.each([
  ['have no room to start', startOneThread, [2, 1], 'no memory for a thread'],
  ['the system refuses', refuseAfterOne, [1], 'the system refuses a thread'],
] as const)(
  'threads that %s leave their runs to the others, which is told',
  async (_, starter, left, reason) => {
    const runs = ['a', 'b', 'c', 'd'].map((id) => ({ id }) as SweepRun);
    const results: string[] = [];
    const fewer: [number, string][] = [];
    const options = {
      workers: 3,
      settings: { threshold: 0.9, early: 1 },
      choice: { engine: 'auto', strict: false },
    };
    const listener = {
      onStart: () => {},
      onEpoch: () => {},
      onResult: ({ run }: { readonly run: string }) => results.push(run),
      onFewer: (workers: number, reason: string) => fewer.push([workers, reason]),
    };
    const pool = new WorkerPool(runs, options as never, listener, starter());
    await pool.finished;
    expect(results.toSorted()).toEqual(['a', 'b', 'c', 'd']);
    expect(fewer).toEqual(left.map((workers) => [workers, reason]));
  },
);

test('a last thread that dies with its last run ends the sweep, with no other thread for nothing', async () => {
  const thread = Object.assign(new EventEmitter(), {
    postMessage: () => setImmediate(() => thread.emit('error', new Error('boom'))),
    terminate: () => Promise.resolve(0),
  });
  let asked = 0;
  const start = (): Worker => (asked++ === 0 ? (thread as unknown as Worker) : noThread());
  const results: unknown[] = [];
  const listener = {
    onStart: () => {},
    onEpoch: () => {},
    onResult: (result: unknown) => results.push(result),
    onFewer: () => {},
  };
  const run = { id: 'a', seed: 1, settings: {}, experiment: {} } as unknown as SweepRun;
  await new WorkerPool([run], { workers: 1 } as never, listener, start).finished;
  expect(results).toMatchObject([{ run: 'a', status: 'failed', reason: 'boom' }]);
});
