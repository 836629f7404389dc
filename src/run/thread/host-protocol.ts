import type { EngineName } from '../../engine/index.js';
import type { Experiment } from '../../experiment/index.js';
import type { Breakpoint, Command, Frame, Intervention, RunEvent, RunMessage } from '../../protocol/index.js';
import type { Snapshot } from '../course/snapshots.js';
import type { RunIdentity } from '../frames/run-header.js';

/** What a worker needs to open a run. */
export type RunRequest = {
  readonly identity: RunIdentity;
  readonly experiment: Experiment;
  readonly engine: EngineName | 'auto';
  /** Folder of data sets and weights; null when there is none. */
  readonly dataFolder: string | null;
  readonly strict: boolean;
  /** Threads that share each batch; null leaves it to the engine. */
  readonly threads: number | null;
  readonly threshold: number;
  readonly interventions: readonly Intervention[];
  readonly breakpoints: readonly Breakpoint[];
  /** Where to begin; null: at step 0. */
  readonly from: Beginning | null;
};

/** Where a run begins that does not begin at step 0. */
export type Beginning =
  /** Where another run of the same experiment stood. */
  { readonly kind: 'snapshot'; readonly snapshot: Snapshot } | ({ readonly kind: 'log' } & Resumption);

/** What a log says of a run that stopped. */
export type Resumption = {
  /** The latest one; null: the way is gone from step 0 on. */
  readonly checkpoint: { readonly path: string; readonly bytes: Uint8Array } | null;
  /** What changed the run after the checkpoint, in the log's order. */
  readonly events: readonly RunEvent[];
  /** The last frame; null when one of the events came after it. */
  readonly frame: Pick<Frame, 'step' | 'stateHash'> | null;
};

/** What the host asks of a run for the sake of its control, beside the user's commands. */
export type ControlOrder =
  /** Answered by a snapshot; `start-control` also marks the place to which `promote-control` returns. */
  | { readonly type: 'start-control' | 'take-snapshot' }
  /** Puts the run on its control's course; `snapshot`: where the control stands. */
  | { readonly type: 'promote-control'; readonly snapshot: Snapshot }
  | { readonly type: 'hold'; readonly step: number };

/** Host to worker: a command, an order, or the one to end, with the reason that the log will give. */
export type HostMessage = Command | ControlOrder | { readonly type: 'stop'; readonly reason: string };

/** Worker to host: what the run publishes, snapshots asked for, and a last message after which nothing follows. */
export type WorkerMessage =
  | RunMessage
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** A checkpoint of the state after the last message, as a safetensors file. */
  | { readonly type: 'checkpoint'; readonly step: number; readonly bytes: Uint8Array }
  | { readonly type: 'stopped' };
