import { parentPort, workerData } from 'node:worker_threads';
import { createEngine } from '../../engine/index.js';
import { loadExperimentFiles } from '../../files/index.js';
import type { Network } from '../../net/index.js';
import { prepareRun } from '../../problem/index.js';
import type { RunMessage } from '../../protocol/index.js';
import { encodeCheckpoint } from '../course/checkpoint-file.js';
import { resume } from '../replay/resume.js';
import { Run } from '../run.js';
import type { HostMessage, RunRequest, WorkerMessage } from './host-protocol.js';
import { processorWait } from './processor-wait.js';

/** Time that one slice of training should take: short, so that commands are applied promptly. */
const sliceMs = 12;
const heartbeatMs = 200;
const checkpointMs = 10_000;

if (!parentPort) throw new Error('the run worker needs a parent');
const port = parentPort;
const post = (message: WorkerMessage): void => port.postMessage(message);

type OpenRun = { readonly run: Run; readonly student: Network };

const openRun = async (request: RunRequest, publish: (message: RunMessage) => void): Promise<OpenRun> => {
  const files = loadExperimentFiles(request.experiment, request.dataFolder);
  const prepared = prepareRun(request.experiment, files);
  const engine = await createEngine(prepared.problem, {
    engine: request.engine,
    precision: request.experiment.precision,
    strict: request.strict,
    ...(request.threads === null ? {} : { threads: request.threads }),
  });
  const { identity, experiment, threshold, interventions, breakpoints } = request;
  const { student } = prepared.problem;
  const run = new Run({
    identity,
    experiment,
    engine,
    prepared,
    threshold,
    interventions,
    breakpoints,
    clock: () => performance.now(),
    publish,
  });
  return { run, student };
};

/** Says how far the run is, now and then. */
const heartbeat = (run: Run): (() => void) => {
  const waits = processorWait(() => performance.now());
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < heartbeatMs) return;
    last = now;
    post({ type: 'progress', ...run.progress, processorWait: waits() });
  };
};

/** Publishes the run from its beginning on; of one that goes on from a log only what is new. */
const begin = async (request: RunRequest): Promise<OpenRun> => {
  const { from } = request;
  let isNew = from?.kind !== 'log';
  const open = await openRun(request, (message) => {
    if (isNew || message.type === 'header') post(message);
  });
  const { run } = open;
  if (from?.kind === 'snapshot') run.startFrom(from.snapshot);
  else run.start();
  if (from?.kind === 'log') {
    resume(run, from, open.student, heartbeat(run));
    isNew = true;
    run.continue();
  }
  return open;
};

const obey = (run: Run, message: Exclude<HostMessage, { type: 'stop' }>): void => {
  switch (message.type) {
    case 'start-control':
      post({ type: 'snapshot', snapshot: run.startControl() });
      return;
    case 'take-snapshot':
      post({ type: 'snapshot', snapshot: run.takeSnapshot() });
      return;
    case 'promote-control':
      run.promoteControl(message.snapshot);
      return;
    case 'hold':
      run.hold(message.step);
      return;
    default:
      run.handle(message);
  }
};

/** Trains in slices while the run is running; between slices the port's messages are handled. */
const drive = ({ run }: OpenRun): void => {
  let scheduled = false;
  let stopped = false;
  let slice = 1;
  const beat = heartbeat(run);
  let lastCheckpoint = { at: performance.now(), step: run.step };

  /** Where a frame stands, so that the log and the checkpoint say the same. */
  const checkpoint = (): void => {
    if (!run.isFramed || run.step === lastCheckpoint.step) return;
    lastCheckpoint = { at: performance.now(), step: run.step };
    const { precision } = run.header.engine;
    post({
      type: 'checkpoint',
      step: run.step,
      bytes: encodeCheckpoint(run.checkpoint(), run.networks.teacher, precision),
    });
  };

  const trainSlice = (): void => {
    scheduled = false;
    if (stopped) return;
    const started = performance.now();
    const before = run.step;
    run.advance(slice);
    const now = performance.now();
    const perStep = (now - started) / Math.max(1, run.step - before);
    slice = Math.max(1, Math.min(2 * slice, Math.floor(sliceMs / perStep)));
    beat();
    if (run.state !== 'running' || now - lastCheckpoint.at >= checkpointMs) checkpoint();
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
      checkpoint();
      run.stop(message.reason);
      post({ type: 'stopped' });
      port.close();
      return;
    }
    obey(run, message);
    if (run.state !== 'running') checkpoint();
    schedule();
  });
  schedule();
};

drive(await begin(workerData as RunRequest));
