import type { EngineName } from '../engine/engine.js';
import type { Experiment } from '../experiment/experiment.js';
import type { Command, RunMessage } from './protocol.js';
import type { RunIdentity } from './run.js';

/** What a worker needs to open a run. */
export type RunRequest = {
  readonly identity: RunIdentity;
  readonly experiment: Experiment;
  readonly engine: EngineName | 'auto';
  /** Folder of data sets and weights; null when there is none. */
  readonly dataFolder: string | null;
  readonly strict: boolean;
  readonly threshold: number;
};

/** Host to worker: a command, or the order to end, with the reason that the log will give. */
export type HostMessage = Command | { readonly type: 'stop'; readonly reason: string };

/** Worker to host: what the run publishes, and a last message after which nothing follows. */
export type WorkerMessage = RunMessage | { readonly type: 'stopped' };
