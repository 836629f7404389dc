import { parentPort, workerData } from 'node:worker_threads';
import { executeRun, failedRecord } from './execute-run.js';
import type { RunRecord } from './run-record.js';
import type { WorkerJob, WorkerReport, WorkerSettings } from './worker-protocol.js';

/** The pool is told of epochs no more often than this. */
const reportMs = 150;

if (!parentPort) throw new Error('a sweep worker needs a parent');
const port = parentPort;
const settings = workerData as WorkerSettings;
const post = (report: WorkerReport): void => port.postMessage(report);
const clock = (): number => performance.now();
const now = (): Date => new Date();

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0];

/** The run's record, whatever happens to it. */
const recordOf = async ({ run, cell }: WorkerJob): Promise<RunRecord> => {
  const started = clock();
  let reported = started;
  try {
    return await executeRun({
      ...settings,
      run,
      cell,
      clock,
      now,
      onEpoch: ({ epoch, evalLoss }) => {
        if (clock() - reported < reportMs) return;
        reported = clock();
        post({ type: 'epoch', epoch, evalLoss });
      },
    });
  } catch (error) {
    return failedRecord(run, cell, firstLine(error), (clock() - started) / 1000, now());
  }
};

port.on('message', async (job: WorkerJob) => post({ type: 'record', record: await recordOf(job) }));
