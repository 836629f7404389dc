import { parentPort } from 'node:worker_threads';
import { trainRun } from '../train-run.js';
import { Trainer } from '../trainer.js';
import type { TrainOrder, WorkerReport } from './worker-protocol.js';

if (!parentPort) throw new Error('the sweep worker needs a parent');
const port = parentPort;
const post = (report: WorkerReport): void => port.postMessage(report);
const trainer = new Trainer();
const clock = { now: () => performance.now(), date: () => new Date() };

port.on('message', async (order: TrainOrder) => {
  const result = await trainRun(trainer, order, clock, (epoch) =>
    post({ type: 'progress', run: order.run.id, epoch }),
  );
  post({ type: 'finished', result });
});
