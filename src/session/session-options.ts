import { type EngineRequest, olderKernels } from '../engine/index.js';
import type { StoppedLog } from '../log/index.js';
import type { OwnHeader } from '../protocol/index.js';
import type { RunRequest, startRun as startRunInThread } from '../run/index.js';
import type { RunPlan } from './session-runs.js';

export type SessionOptions = {
  /** "teachtop 0.1.0", for the logs' headers. */
  readonly program: string;
  readonly engine: EngineRequest;
  /** Folder of data sets and weights; null when there is none. */
  readonly dataFolder: string | null;
  readonly threshold: number;
  /** Folder under which every run gets a folder of its own. Errors: UserError where there is none. */
  readonly logParent: () => string;
  /** Whether runs are recorded without being asked to. */
  readonly record: boolean;
  /** The plan behind a preset's name, with these settings, `key=value`, in place of its own. Errors: UserError. */
  readonly planOf: (preset: string, settings: readonly string[]) => RunPlan;
  readonly startRun: typeof startRunInThread;
  readonly now: () => Date;
};

/** A new run as its thread is asked for it. */
export const requestOf = (
  { preset, title, experiment, interventions, breakpoints }: RunPlan,
  { program, engine, dataFolder, now }: SessionOptions,
  threshold: number,
): RunRequest => ({
  identity: { program, preset, title, startedAt: now().toISOString() },
  ...{ experiment, dataFolder, threshold, interventions, breakpoints },
  engine: { ...engine, precision: experiment.precision },
  from: null,
});

/** What a logged run was asked to do. */
export const planOf = ({ preset, title, experiment, interventions = [] }: OwnHeader): RunPlan => ({
  ...{ preset, title, experiment, interventions },
  breakpoints: [],
});

/** Where a run goes on that stopped. */
export const startOf = ({ header, trainedSeconds, checkpoints, places, reports }: StoppedLog) => {
  const older = olderKernels(header.engine);
  return { kind: 'log', trainedSeconds, checkpoints, lines: places, reports, olderKernels: older } as const;
};

/** Seeds are 32 bits wide; after the last comes the first. */
export const seedAfter = (seed: number): number => (seed + 1) >>> 0;
