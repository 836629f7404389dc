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
  /**
   * Answered by a snapshot, marks the place to which `promote-control` returns, and has the run wait that many steps
   * behind it: an order to wait would come only once the control has been started, by when the run can be far ahead.
   */
  | { readonly type: 'start-control'; readonly mostStepsAhead: number }
  /** Answered by a snapshot. */
  | { readonly type: 'take-snapshot' }
  /** Puts the run on its control's course; `snapshot`: where the control stands. */
  | { readonly type: 'promote-control'; readonly snapshot: Snapshot }
  /** `isShown`: of a control, which shows the step at which it waits, as the run has shown it. */
  | { readonly type: 'hold'; readonly step: number; readonly isShown: boolean };

/** Host to worker: a command, an order, or the one to end, with the reason for the log. */
export type HostMessage = Command | ControlOrder | { readonly type: 'stop'; readonly reason: string };

/** Worker to host: what the run publishes, snapshots asked for, and a last message after which nothing follows. */
export type WorkerMessage =
  | RunMessage
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** A checkpoint of the state after the last message, as a safetensors file. */
  | { readonly type: 'checkpoint'; readonly step: number; readonly bytes: Uint8Array }
  | { readonly type: 'stopped' };
