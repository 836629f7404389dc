import type { Experiment } from '../experiment/index.js';
import type { Breakpoint, Header, Intervention, RunState } from '../protocol/index.js';
import type { RunHandle, RunRequest } from '../run/index.js';
import type { Control } from './control.js';
import type { Reopened, StoppedRun } from './open-stopped.js';
import type { RunRecorder } from './run-recorder.js';
import type { RunTrail } from './run-trail.js';

/** An experiment to run, and what to call it. */
export type RunPlan = {
  readonly preset: string;
  readonly title: string;
  readonly experiment: Experiment;
  readonly interventions: readonly Intervention[];
  readonly breakpoints: readonly Breakpoint[];
};

/** A run that another has taken the place of before its end. */
export type EndedRun = {
  readonly plan: RunPlan;
  readonly request: RunRequest;
  readonly header: Header;
  readonly folder: string | null;
  readonly trail: RunTrail;
};

/** What takes the place of the current run: a plan to start, or a run to go on with, left in this session or before. */
export type NextRun = {
  readonly plan: RunPlan;
  readonly reason: string;
  readonly back: EndedRun | StoppedRun | null;
};

export type CurrentRun = {
  readonly plan: RunPlan;
  readonly request: RunRequest;
  readonly handle: RunHandle;
  /** Null for a new run. */
  readonly resumed: Reopened | null;
  /** Null until the run's header has come. */
  recorder: RunRecorder | null;
  header: Header | null;
  state: RunState;
  step: number;
  /** The control beside it: none, asked for but not started, or running. */
  control: Control | 'asked' | null;
  readonly trail: RunTrail;
};
