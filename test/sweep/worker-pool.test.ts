import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import type { SweepRun } from '../../src/sweep/expand.js';
import { WorkerPool } from '../../src/sweep/local/worker-pool.js';
import type { TrainOrder } from '../../src/sweep/local/worker-protocol.js';

/** Threads of which only the first gets any memory. */
vi.mock('node:worker_threads', () => {
  let threads = 0;
  return {
    Worker: class extends EventEmitter {
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
    },
  };
});

test('threads that have no room to start leave their runs to the others, which is told', async () => {
  const runs = ['a', 'b', 'c', 'd'].map((id) => ({ id }) as SweepRun);
  const results: string[] = [];
  const fewer: [number, string][] = [];
  const options = {
    workers: 3,
    settings: { threshold: 0.9, early: 1 },
    choice: { engine: 'auto', strict: false },
  };
  const pool = new WorkerPool(runs, options as never, {
    onStart: () => {},
    onEpoch: () => {},
    onResult: ({ run }) => results.push(run),
    onFewer: (workers, reason) => fewer.push([workers, reason]),
  });
  await pool.finished;
  expect(results.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  expect(fewer).toEqual([
    [2, 'no memory for a thread'],
    [1, 'no memory for a thread'],
  ]);
});
