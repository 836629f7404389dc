import { isUserError } from '../../input/index.js';
import { startThread } from '../../package/index.js';
import type { Command, RunMessage } from '../../protocol/index.js';
import type { Snapshot } from '../course/snapshots.js';
import type { ControlOrder, HostMessage, RunRequest, WorkerMessage } from './host-protocol.js';

/** A run in a worker thread, seen from the main thread. */
export interface RunHandle {
  send(message: Command | ControlOrder): void;
  /**
   * Ends the run; resolves when its last message has been delivered and the thread is gone. `onOverdue`: called where the
   * thread does not end in time, as one that native code holds; no message follows.
   */
  stop(reason: string, onOverdue?: () => void): Promise<void>;
}

export type RunListener = {
  readonly onMessage: (message: RunMessage) => void;
  /** The answer to an order that asks for one. */
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** A safetensors file of the state after the last message. */
  readonly onCheckpoint: (step: number, bytes: Uint8Array) => void;
  /** The worker failed. Nothing follows. */
  readonly onFailure: (failure: RunFailure) => void;
};

/** Why a run failed, in one line; unusable input is for the user to correct. */
export type RunFailure = { readonly kind: 'unusable-input' | 'crash'; readonly reason: string };

/** A thread that is still preparing its data, or starved, is not waited for longer than this. */
const stopGraceMs = 1300;

/** An error loses its class on the way out of a thread, not its name. */
const describe = (error: unknown): RunFailure =>
  isUserError(error)
    ? { kind: 'unusable-input', reason: error.message }
    : {
        kind: 'crash',
        reason: `the training thread failed: ${error instanceof Error ? error.message : String(error)}`,
      };

/** Starts a run in a thread of its own. */
export const startRun = (request: RunRequest, listener: RunListener): RunHandle => {
  const worker = startThread('run/thread/run-worker', { workerData: request });
  let failed = false;
  let stopping = false;
  let isGivenUp = false;
  const fail = (failure: RunFailure): void => {
    if (failed || stopping) return;
    failed = true;
    listener.onFailure(failure);
  };
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      fail({ kind: 'crash', reason: `the training thread ended with code ${code}` });
      resolve();
    });
  });
  worker.on('error', (error) => fail(describe(error)));
  worker.on('message', (message: WorkerMessage) => {
    if (isGivenUp) return;
    if (message.type === 'snapshot') listener.onSnapshot(message.snapshot);
    else if (message.type === 'checkpoint') listener.onCheckpoint(message.step, message.bytes);
    else if (message.type !== 'stopped') listener.onMessage(message);
  });
  const post = (message: HostMessage): void => worker.postMessage(message);
  return {
    send: post,
    stop: (reason, onOverdue) => {
      stopping = true;
      post({ type: 'stop', reason });
      const overdue = setTimeout(() => {
        isGivenUp = true;
        void worker.terminate();
        onOverdue?.();
      }, stopGraceMs);
      return exited.finally(() => clearTimeout(overdue));
    },
  };
};
