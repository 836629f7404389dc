import { parentPort, workerData } from 'node:worker_threads';
import { createEngine } from '../engine/create.js';
import { prepareRun } from '../engine/problem.js';
import { loadExperimentFiles } from '../files/experiment-files.js';
import type { HostMessage, RunRequest, WorkerMessage } from './host-protocol.js';
import { Run } from './run.js';

/** Time that one slice of training should take: short, so that commands are applied promptly. */
const sliceMs = 12;
const heartbeatMs = 200;

if (!parentPort) throw new Error('the run worker needs a parent');
const port = parentPort;
const post = (message: WorkerMessage): void => port.postMessage(message);

const openRun = async (request: RunRequest): Promise<Run> => {
  const files = loadExperimentFiles(request.experiment, request.dataFolder);
  const prepared = prepareRun(request.experiment, files);
  const engine = await createEngine(prepared.problem, {
    engine: request.engine,
    precision: request.experiment.precision,
    strict: request.strict,
    ...(request.threads === null ? {} : { threads: request.threads }),
  });
  const { identity, experiment, threshold } = request;
  return new Run({
    identity,
    experiment,
    engine,
    prepared,
    threshold,
    clock: () => performance.now(),
    publish: (message) => post(message),
  });
};

const obey = (run: Run, message: Exclude<HostMessage, { type: 'stop' }>): void => {
  switch (message.type) {
    case 'fork':
      post({ type: 'snapshot', snapshot: run.fork() });
      return;
    case 'take-snapshot':
      post({ type: 'snapshot', snapshot: run.takeSnapshot() });
      return;
    case 'adopt':
      run.adopt(message.snapshot);
      return;
    case 'hold':
      run.hold(message.step);
      return;
    default:
      run.handle(message);
  }
};

/** Trains in slices while the run is running; between slices the port's messages are handled. */
const drive = (run: Run): void => {
  let scheduled = false;
  let stopped = false;
  let slice = 1;
  let lastBeat = 0;

  const trainSlice = (): void => {
    scheduled = false;
    if (stopped) return;
    const started = performance.now();
    const before = run.step;
    run.advance(slice);
    const now = performance.now();
    const perStep = (now - started) / Math.max(1, run.step - before);
    slice = Math.max(1, Math.min(2 * slice, Math.floor(sliceMs / perStep)));
    if (now - lastBeat >= heartbeatMs) {
      lastBeat = now;
      const { step, stepsPerSecond, trainingSeconds } = run;
      post({ type: 'progress', step, stepsPerSecond, trainingSeconds });
    }
    schedule();
  };

  const schedule = (): void => {
    if (scheduled || run.isWaiting) return;
    scheduled = true;
    setImmediate(trainSlice);
  };

  port.on('message', (message: HostMessage) => {
    if (message.type === 'stop') {
      stopped = true;
      run.stop(message.reason);
      post({ type: 'stopped' });
      port.close();
      return;
    }
    obey(run, message);
    schedule();
  });
  schedule();
};

const request = workerData as RunRequest;
const run = await openRun(request);
if (request.from) run.startFrom(request.from);
else run.start();
drive(run);
