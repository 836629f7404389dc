import type { Command, RunMessage } from '../../protocol/index.js';
import type { Snapshot } from '../course/snapshots.js';
import type { RunSetup } from '../open-run.js';
import type { Remembered } from '../replay/remembered.js';
import type { Resumption } from '../replay/resume.js';

/** What a worker needs to open a run and start it. */
export type RunRequest = RunSetup & {
  /** Where to start; null: at step 0. */
  readonly from: StartPoint | null;
};

/** Where a run starts that does not start at step 0. */
export type StartPoint =
  /** A snapshot of another run of the same experiment. */
  | { readonly kind: 'snapshot'; readonly snapshot: Snapshot }
  | ({ readonly kind: 'log'; readonly trainedSeconds: number } & Resumption)
  | ({ readonly kind: 'memory'; readonly trainedSeconds: number } & Remembered);

/** What the host asks of a run for the sake of its control, beside the user's commands. */
export type ControlOrder =
  /** Answered by a snapshot; `start-control` also marks the place to which `promote-control` returns. */
  | { readonly type: 'start-control' | 'take-snapshot' }
  /** Puts the run on its control's course; `snapshot`: where the control stands. */
  | { readonly type: 'promote-control'; readonly snapshot: Snapshot }
  | { readonly type: 'hold'; readonly step: number };

/** Host to worker: a command, an order, or the one to end, with the reason for the log. */
export type HostMessage = Command | ControlOrder | { readonly type: 'stop'; readonly reason: string };

/** Worker to host: what the run publishes, snapshots asked for, and a last message after which nothing follows. */
export type WorkerMessage =
  | RunMessage
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** A checkpoint of the state after the last message, as a safetensors file. */
  | { readonly type: 'checkpoint'; readonly step: number; readonly bytes: Uint8Array }
  | { readonly type: 'stopped' };
