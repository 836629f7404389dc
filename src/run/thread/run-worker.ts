import { parentPort, workerData } from 'node:worker_threads';
import type { Frame, RunEvent, RunMessage } from '../../protocol/index.js';
import { encodeCheckpoint } from '../course/checkpoint-file.js';
import { openRun } from '../open-run.js';
import { recall } from '../replay/remembered.js';
import { resume } from '../replay/resume.js';
import type { Run } from '../run.js';
import { heartbeat } from './heartbeat.js';
import type { HostMessage, RunRequest, WorkerMessage } from './host-protocol.js';

/** Time that one slice of training should take: short, so that commands are applied promptly. */
const sliceMs = 12;
const checkpointMs = 10_000;

if (!parentPort) throw new Error('the run worker needs a parent');
const port = parentPort;
const post = (message: WorkerMessage): void => port.postMessage(message);

/** What a log is told where it goes on with other bits than it began with. */
const onOtherKernels = (older: string, { header }: Run): string =>
  `on ${header.engine.variant} kernels, whose sums run in another order than in ${older}`;

/** What a run tells of itself where it starts, one that goes on from a log too. */
const isOfStart = ({ type }: RunMessage): boolean => type === 'header' || type === 'stage';

/** Opens a run and starts it where it is to start; of one that goes on from a log only what is new is published. */
const startRun = async ({ from, ...setup }: RunRequest): Promise<Run> => {
  let isNew = from === null || from.kind === 'snapshot';
  const said: (Frame | RunEvent)[] = [];
  const run = await openRun(setup, {
    clock: () => performance.now(),
    publish: (message) => {
      if (isNew || isOfStart(message)) post(message);
      else if (message.type === 'frame' || message.type === 'event') said.push(message);
    },
  });
  if (!isNew) run.followLog();
  if (from?.kind === 'snapshot') run.startFrom(from.snapshot);
  else run.start();
  if (from?.kind === 'memory') {
    recall(run, from, heartbeat(run, post));
    isNew = true;
    run.continue(from.trainedSeconds);
  }
  if (from?.kind === 'log') {
    const { unlogged, notes } = resume(run, from, said, heartbeat(run, post));
    isNew = true;
    const changed = from.olderKernels ? [onOtherKernels(from.olderKernels, run)] : [];
    run.continue(from.trainedSeconds, unlogged, [...changed, ...notes].join('; ') || undefined);
  }
  return run;
};

const execute = (run: Run, message: Exclude<HostMessage, { type: 'stop' }>): void => {
  switch (message.type) {
    case 'start-control': {
      const snapshot = run.startControl();
      run.hold(snapshot.step + message.mostStepsAhead, false);
      post({ type: 'snapshot', snapshot });
      return;
    }
    case 'take-snapshot':
      post({ type: 'snapshot', snapshot: run.takeSnapshot() });
      return;
    case 'promote-control':
      run.promoteControl(message.snapshot);
      return;
    case 'hold':
      run.hold(message.step, message.isShown);
      return;
    default:
      run.handle(message);
  }
};

/** Posts checkpoints, only of steps that have a frame, so that log and checkpoint agree. */
class Checkpointer {
  readonly #run: Run;
  #last: { readonly at: number; readonly step: number };

  constructor(run: Run) {
    this.#run = run;
    this.#last = { at: performance.now(), step: run.step };
  }

  get isDue(): boolean {
    return this.#run.state !== 'running' || performance.now() - this.#last.at >= checkpointMs;
  }

  take(): void {
    const { step, isFramed, header } = this.#run;
    if (!isFramed || step === this.#last.step) return;
    this.#last = { at: performance.now(), step };
    const { teacher } = this.#run.networks;
    const bytes = encodeCheckpoint(this.#run.checkpoint(), teacher, header.engine.precision);
    post({ type: 'checkpoint', step, bytes });
  }
}

/** Trains in slices while the run is running; between slices the port's messages are executed. */
const drive = (run: Run): void => {
  let scheduled = false;
  let stopped = false;
  let slice = 1;
  const beat = heartbeat(run, post);
  const checkpointer = new Checkpointer(run);

  const trainSlice = (): void => {
    scheduled = false;
    if (stopped) return;
    const started = performance.now();
    const before = run.step;
    run.advance(slice);
    const msPerStep = (performance.now() - started) / Math.max(1, run.step - before);
    slice = Math.max(1, Math.min(2 * slice, Math.floor(sliceMs / msPerStep)));
    beat();
    if (checkpointer.isDue) checkpointer.take();
    schedule();
  };

  const schedule = (): void => {
    if (scheduled || run.isWaiting) return;
    scheduled = true;
    setImmediate(trainSlice);
  };

  const stop = (reason: string): void => {
    stopped = true;
    checkpointer.take();
    run.stop(reason);
    post({ type: 'stopped' });
    port.close();
  };

  port.on('message', (message: HostMessage) => {
    if (message.type === 'stop') {
      stop(message.reason);
      return;
    }
    execute(run, message);
    if (run.state !== 'running') checkpointer.take();
    schedule();
  });
  schedule();
};

drive(await startRun(workerData as RunRequest));
