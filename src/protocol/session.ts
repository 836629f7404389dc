import type { Theory } from '../net/index.js';
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
  readonly title: string;
  /** A sentence on what to look for. */
  readonly look: string;
  /** The figure or statement that it shows. */
  readonly shows: string;
};

/** What the dashboard can ask for; the key table calls nothing else. */
export interface Session {
  send(command: Command): void;
  /** Ends the current run, its log complete, and starts this preset. */
  switchPreset(name: string): void;
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
