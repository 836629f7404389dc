import type { Curvature, Theory } from '../net/index.js';
import type { Breakpoint, Command, LayerPair } from './command.js';
import type { RunEvent } from './event.js';
import type { Frame } from './frame.js';
import type { Header } from './header.js';

/** What a perturbation would do now, in its own words; never logged. */
export type Preview = { readonly type: 'preview'; readonly text: string };

/** Cheap heartbeat between frames; never logged. */
export type Progress = {
  readonly type: 'progress';
  readonly step: number;
  readonly stepsPerSecond: number;
  readonly trainingSeconds: number;
  /** Share of its time that the training thread waits for a processor that others have; null where nobody tells. */
  readonly processorWait: number | null;
};

/** The paper's statements on the student as it is, or why there are none. Only on request; never logged. */
export type TheoryMessage = {
  readonly type: 'theory';
  readonly step: number;
  readonly theory: Theory | string;
};

/** The curvature of the loss at the student as it is, or why it cannot be had. Only on request; never logged. */
export type CurvatureMessage = {
  readonly type: 'curvature';
  readonly step: number;
  readonly curvature: Curvature | string;
};

/** What the weights of a teacher and a student node say. Only on request, before each frame; never logged. */
export type PairMessage = LayerPair & {
  readonly type: 'pair';
  readonly step: number;
  /** Between the nodes' incoming weights, in degrees; null where they are of different spaces. */
  readonly angle: number | null;
  /** Null of a layer without biases. */
  readonly teacherBias: number | null;
  readonly studentBias: number | null;
};

/** Jumps back, of the latest ones, that can be redone. */
export const mostRedos = 16;

export type RunState = 'running' | 'paused' | 'done' | 'diverged';
export type Status = { readonly type: 'status'; readonly state: RunState; readonly step: number };

/** What a run does before its first frame. */
export type Stage = 'drawing data' | 'tuning the teacher' | 'compiling' | 'first evaluation';

/** A run that is being prepared has come this far; never logged. */
export type StageMessage = { readonly type: 'stage'; readonly stage: Stage };

/** Where the run is to pause by itself from now on; never logged. */
export type BreakpointsMessage = {
  readonly type: 'breakpoints';
  readonly breakpoints: readonly Breakpoint[];
};

/** Everything a run publishes. */
export type RunMessage =
  | Header
  | Frame
  | RunEvent
  | Progress
  | Status
  | TheoryMessage
  | CurvatureMessage
  | PairMessage
  | Preview
  | StageMessage;

/** Where the frame log stands; `path` is the run's folder. */
export type LogStatus = {
  readonly type: 'log';
  readonly state: 'recording' | 'off' | 'failed' | 'watched';
  readonly path: string | null;
  /** One line saying what failed, or what a watched log lacks; empty otherwise. */
  readonly reason: string;
};

/** A control beside the run: what the run would be had nothing been done to it since. Never logged. */
export type ControlMessage =
  | { readonly type: 'control-started'; readonly step: number }
  | { readonly type: 'control-frame'; readonly frame: Frame }
  | { readonly type: 'control-ended'; readonly reason: string };

/** A run is on its way in place of the one before: what is being done for it. Never logged. */
export type StartingMessage = {
  readonly type: 'starting';
  readonly title: string;
  readonly stage: Stage | 'ending the run before';
};

/** Everything a dashboard is told, live or from a log: what the run publishes and how the log fares. */
export type SessionMessage = RunMessage | LogStatus | ControlMessage | StartingMessage | BreakpointsMessage;

/** One line of the preset list. */
export type PresetSummary = {
  readonly name: string;
  /** Whether it is the user's own. */
  readonly isOwn: boolean;
  readonly title: string;
  /** A sentence on what to look for. */
  readonly look: string;
  /** The figure or statement that it shows. */
  readonly shows: string;
};

/** What has become of a run: trained by a process, or without one; killed where its log has no end. */
export type RecordState = 'running' | 'stopped' | 'killed' | 'done' | 'diverged';

/** A run in the folder of runs, as lists show it. */
export type RunRecord = {
  /** Short and its own; another run's being deleted does not change it. */
  readonly name: string;
  /** The run's folder. */
  readonly folder: string;
  readonly preset: string;
  readonly title: string;
  /** Null where the log does not say, as those of other trainers may not; in the numbers below too. */
  readonly seed: number | null;
  /** Student nodes over teacher nodes. */
  readonly overRealization: number | null;
  /** "wasm avx2 float32". */
  readonly engine: string;
  /** Whether another trainer wrote the log: its run can only be looked at. */
  readonly isForeign: boolean;
  /** Of the last frame; null before the first. */
  readonly step: number | null;
  readonly totalSteps: number | null;
  readonly trainLoss: number | null;
  readonly evalLoss: number | null;
  /** Correlation above which a teacher node counts as specialized here: the header's, whatever the run was judged by later. */
  readonly threshold: number;
  /** Teacher nodes above it in the last frame. */
  readonly specialized: number | null;
  readonly teachers: number;
  readonly state: RecordState;
  /** Who has the run open, where that is known: a done run may still be on a screen. */
  readonly process: number | null;
  readonly host: string | null;
  /** Bytes of the folder, checkpoints among them. */
  readonly bytes: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** When its log was written to last, ISO 8601. */
  readonly writtenAt: string;
};

/** The runs of a folder, the newest first, and why entries were passed over, each in a sentence that names it. */
export type RunList = { readonly runs: readonly RunRecord[]; readonly skipped: readonly string[] };

/** Whether a run can be gone on with: it stopped before its end, and nobody trains it. */
export const isResumable = ({ state, isForeign }: RunRecord): boolean =>
  !isForeign && (state === 'stopped' || state === 'killed');

/** What the dashboard can ask for; the key table calls nothing else. */
export interface Session {
  send(command: Command): void;
  /** Ends the current run, its log complete, and starts this preset, with these settings, `key=value`, in place of its own. */
  switchPreset(name: string, settings?: readonly string[]): void;
  restart(seed: 'same' | 'new'): void;
  /** Goes on with the run that the current one took the place of; refused as an event where there is none. */
  bringBack(): void;
  setLogging(on: boolean): void;
  /** Starts a control beside the run; refused as an event where there is one. */
  startControl(): void;
  /** Ends the control; `promote`: its course becomes the run's. */
  endControl(promote: boolean): void;
  /** Calls back with every message from now on; returns the way to stop. */
  subscribe(listener: (message: SessionMessage) => void): () => void;
}
