import type { EngineDescription } from '../engine/index.js';
import type { Experiment } from '../experiment/index.js';
import type { Theory } from '../net/index.js';

/** Version of the frame log's line format; raised when a reader of the old format would misread the new. */
export const formatVersion = 1;

/** First line of a log and first message of a run: everything needed to run it again. */
export type Header = {
  readonly type: 'header';
  readonly formatVersion: typeof formatVersion;
  readonly program: string; // "teachtop 0.1.0"
  readonly preset: string; // name or path it was loaded from
  readonly title: string;
  readonly experiment: Experiment;
  readonly engine: Omit<EngineDescription, 'engine'> & {
    /** External: another trainer, which wrote the log. */
    readonly engine: EngineDescription['engine'] | 'external';
  };
  /** Steps between scheduled frames, resolved from `frameEvery`. */
  readonly frameEvery: number;
  readonly totalSteps: number;
  /** Correlation above which a teacher node counts as specialized, when the run starts. */
  readonly threshold: number;
  /** ||v*_j|| of each teacher node by layer, bias excluded; pruned nodes are left out, here and in frames. */
  readonly teacherStrength: readonly (readonly number[])[];
  /** Student nodes of each hidden layer. */
  readonly studentNodes: readonly number[];
  readonly startedAt: string; // ISO 8601
  /** What the experiment does to itself on the way. */
  readonly interventions?: readonly Intervention[];
};

/** A change that an experiment makes at a step, by its file or the command line. */
export type Intervention = {
  readonly at: number;
  readonly command:
    | { readonly type: 'perturb'; readonly perturbation: Perturbation }
    | { readonly type: 'set-learning-rate'; readonly learningRate: number };
};

/** What pauses a run by itself, at the frame where it becomes true. */
export type Breakpoint =
  /** So many teacher nodes are specialized, over all layers. */
  | { readonly kind: 'specialized'; readonly count: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'loss-below' | 'loss-above'; readonly value: number }
  | {
      readonly kind: 'match-above';
      readonly layer: number;
      readonly teacher: number;
      readonly value: number;
    }
  /** The evaluation loss has hardly fallen in so many epochs. */
  | { readonly kind: 'plateau'; readonly epochs: number };

/** Specialization of one hidden layer on the evaluation set. */
export type LayerFrame = {
  /** Row maximum of the correlation, by teacher node. */
  readonly bestMatchOfTeacher: readonly number[];
  /** The student node that attains it. */
  readonly bestStudentOfTeacher: readonly number[];
  /** ||v_k|| of each student node, bias excluded. */
  readonly fanOutNorm: readonly number[];
  /** [teacher][student], rounded to 3 decimals. */
  readonly correlation: readonly (readonly number[])[];
  /**
   * One string a teacher node, one character a student node: "." where no sample shows both sides of
   * teacher j's boundary while student k is active, else a digit q: at least one sample and
   * q/20 <= share of samples < (q+1)/20 (9 also for the half itself).
   */
  readonly observability: readonly string[];
  /** Only with `gradientForms`. */
  readonly forms?: FormsFrame;
};

/**
 * Means over the evaluation set of the paper's gradient forms of a hidden layer, [student] by [student] or
 * [teacher], constant units last, rounded to 4 significant digits. Source: Tian 2019, multi-layer section;
 * luckmatters stats_operator.py, StatsHs.
 */
export type FormsFrame = {
  readonly hStudent: readonly (readonly number[])[];
  readonly betaStudent: readonly (readonly number[])[];
  readonly hTeacher: readonly (readonly number[])[];
  readonly betaTeacher: readonly (readonly number[])[];
};

/** One published snapshot of a run. Steps and metrics are deterministic; clock readings are not. */
export type Frame = {
  readonly type: 'frame';
  readonly step: number;
  readonly epoch: number; // completed epochs, fractional between boundaries
  readonly trainLoss: number; // NaN when diverged (null in the log)
  readonly evalLoss: number;
  /** Minibatch losses since the previous frame (before each update); null when no step was taken. */
  readonly batchLoss: { readonly minimum: number; readonly mean: number; readonly maximum: number } | null;
  readonly learningRate: number;
  readonly layers: readonly LayerFrame[];
  /** As the header's, where the teacher has been changed since. */
  readonly teacherStrength?: readonly (readonly number[])[];
  /**
   * Norms of the minibatch gradients of each layer, the head's last, means since the previous frame. Multi-layer
   * runs only, and only after a step.
   */
  readonly gradientNorms?: { readonly weights: readonly number[]; readonly biases: readonly number[] };
  /** Percentage of evaluation samples whose teacher class is among the student's first 1 .. 5; with cross-entropy. */
  readonly topAgreement?: readonly number[];
  /** Hash over the bits of the student's weights: equal students have equal hashes. */
  readonly stateHash: string;
  readonly stepsPerSecond: number; // measured while training, evaluation included
  readonly trainingSeconds: number; // time spent running, pauses excluded
};

/** What a key can do to a run: to its student, or to what that is trained under. Teacher nodes and hidden layers are counted from 0; the layer is 0 where none is given. */
export type Perturbation =
  /** Adds Gaussian noise of `scale` times each layer's root-mean-square weight to all student weights. */
  | { readonly kind: 'noise'; readonly scale: number }
  /** Draws anew the student nodes that are no teacher node's best match above the threshold; fan-out too. */
  | { readonly kind: 'reinitialize'; readonly which: 'unlearned' | 'idle'; readonly layer?: number }
  /** Draws anew the best match of a teacher node; or so many nodes, drawn at random. */
  | { readonly kind: 'reinitialize-best-match'; readonly teacher: number; readonly layer?: number }
  | { readonly kind: 'reinitialize-random'; readonly count: number; readonly layer?: number }
  /** Zeroes the in- and out-going weights of the best match of a teacher node. */
  | { readonly kind: 'kill-best-match'; readonly teacher: number; readonly layer?: number }
  /** Exchanges the fan-out weights of the best matches of two teacher nodes. */
  | { readonly kind: 'swap-fan-out'; readonly teachers: readonly [number, number]; readonly layer?: number }
  /** Zeroes all weights of the nodes with next to no fan-out, or never active; or of so many drawn at random. */
  | { readonly kind: 'kill-idle'; readonly layer?: number }
  | { readonly kind: 'kill-random'; readonly count: number; readonly layer?: number }
  /** Adds Gaussian noise of a standard deviation to the weights and biases with which a layer reads. */
  | { readonly kind: 'layer-noise'; readonly deviation: number; readonly layer?: number }
  /** The same, of `scale` times their root-mean-square. */
  | { readonly kind: 'relative-layer-noise'; readonly scale: number; readonly layer?: number }
  /** Copies the best match of a teacher node over the node with the least fan-out; each keeps half of its own. */
  | { readonly kind: 'duplicate'; readonly teacher: number; readonly layer?: number }
  /** Multiplies the fan-out weights of the best match of a teacher node. */
  | {
      readonly kind: 'scale-fan-out';
      readonly teacher: number;
      readonly factor: number;
      readonly layer?: number;
    }
  /** Turns the fan-out weights of the best match of a teacher node towards a random direction. */
  | {
      readonly kind: 'rotate-fan-out';
      readonly teacher: number;
      readonly degrees: number;
      readonly layer?: number;
    }
  /** Negates the fan-out weights of the best match of a teacher node. */
  | { readonly kind: 'negate-fan-out'; readonly teacher: number; readonly layer?: number }
  /** Adds Gaussian noise of `scale` times each layer's root-mean-square weight to all teacher weights. */
  | { readonly kind: 'drift-teacher'; readonly scale: number }
  /** Exchanges the fan-out weights of two teacher nodes. */
  | {
      readonly kind: 'swap-strengths';
      readonly teachers: readonly [number, number];
      readonly layer?: number;
    }
  /** Gives the teacher one node more, its last, in a random direction. Two-layer runs only. */
  | { readonly kind: 'add-teacher-node'; readonly strength: number }
  /** Leaves the student's hidden layers or the layer above them as they are from now on; or trains all again. */
  | { readonly kind: 'freeze'; readonly part: 'features' | 'top-layer' }
  | { readonly kind: 'unfreeze' }
  /** Samples a step. */
  | { readonly kind: 'batch-size'; readonly size: number }
  /** Moves the distribution of all inputs, training and evaluation. */
  | { readonly kind: 'scale-inputs'; readonly factor: number }
  | { readonly kind: 'shift-inputs'; readonly by: number };

/** What happened, with its step; the log keeps these lines beside the frames, and replays from them. */
export type RunEvent =
  | {
      readonly type: 'event';
      readonly step: number;
      readonly event: 'specialized' | 'lost';
      readonly layer: number;
      readonly teacher: number;
      readonly student: number;
      readonly correlation: number;
      readonly threshold: number;
    }
  | {
      readonly type: 'event';
      readonly step: number;
      readonly event: 'perturbed';
      readonly perturbation: Perturbation;
      readonly threshold: number;
      readonly summary: string;
      /** Which of the header's interventions it was; none for one by hand. */
      readonly intervention?: number;
    }
  | {
      readonly type: 'event';
      readonly step: number;
      /** Undone: to before a perturbation. Redone: to where an undo or a rewind came from. Rewound: a new branch. Promoted: to where the control started, on its course. */
      readonly event: 'undone' | 'redone' | 'rewound' | 'promoted';
      readonly toStep: number;
      readonly summary: string;
    }
  | {
      readonly type: 'event';
      readonly step: number;
      readonly event: 'learning-rate';
      readonly from: number;
      readonly to: number;
      readonly cause: 'key' | 'schedule';
      readonly intervention?: number;
    }
  | { readonly type: 'event'; readonly step: number; readonly event: 'threshold'; readonly threshold: number }
  | { readonly type: 'event'; readonly step: number; readonly event: 'paused' | 'resumed' | 'done' }
  /** Forked: a control starts here, and goes on untouched beside the run. Continued: by another process, from its log. */
  | { readonly type: 'event'; readonly step: number; readonly event: 'forked' | 'continued' }
  | { readonly type: 'event'; readonly step: number; readonly event: 'diverged'; readonly summary: string }
  /** Stopped: the last line of a run that was ended before its last step. Breakpoint: why it pauses by itself. */
  | {
      readonly type: 'event';
      readonly step: number;
      readonly event: 'stopped' | 'breakpoint';
      readonly summary: string;
    }
  /** A command that makes no sense now, and why. */
  | { readonly type: 'event'; readonly step: number; readonly event: 'refused'; readonly summary: string };

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

/** Jumps back, of the latest ones, that can be redone. */
export const mostRedos = 16;

export type RunState = 'running' | 'paused' | 'done' | 'diverged';
export type Status = { readonly type: 'status'; readonly state: RunState; readonly step: number };

/** Everything a run publishes. */
export type RunMessage = Header | Frame | RunEvent | Progress | Status | TheoryMessage | Preview;

/** Everything a run can be told; applied between steps. */
export type Command =
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** Advances a paused run by this many steps, or to the end of the epoch, and pauses again. */
  | { readonly type: 'advance'; readonly by: 'step' | 'epoch' }
  | { readonly type: 'perturb'; readonly perturbation: Perturbation; readonly intervention?: number }
  /** Asks what a perturbation would do now; answered by a preview. */
  | { readonly type: 'preview'; readonly perturbation: Perturbation }
  | { readonly type: 'undo' }
  /** Back to where the latest undo or rewind came from. */
  | { readonly type: 'redo' }
  /** Back to a step on the way here, after the changes made there; the run goes on from it. */
  | { readonly type: 'rewind'; readonly step: number }
  | { readonly type: 'set-learning-rate'; readonly learningRate: number; readonly intervention?: number }
  | { readonly type: 'set-breakpoints'; readonly breakpoints: readonly Breakpoint[] }
  | { readonly type: 'watch-theory'; readonly on: boolean }
  | { readonly type: 'set-threshold'; readonly threshold: number };

/** Where the frame log stands; `path` is the run's folder. */
export type LogStatus = {
  readonly type: 'log';
  readonly state: 'recording' | 'off' | 'failed' | 'watched';
  readonly path: string | null;
  /** One line saying what failed; empty otherwise. */
  readonly reason: string;
};

/** A control beside the run: what the run would be had nothing been done to it since. Never logged. */
export type ControlMessage =
  | { readonly type: 'control-started'; readonly step: number }
  | { readonly type: 'control-frame'; readonly frame: Frame }
  | { readonly type: 'control-ended'; readonly reason: string };

/** Everything a dashboard is told, live or from a log: what the run publishes and how the log fares. */
export type SessionMessage = RunMessage | LogStatus | ControlMessage;

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
  setLogging(on: boolean): void;
  /** Starts a control beside the run; refused as an event where there is one. */
  startControl(): void;
  /** Ends the control; `promote`: its course becomes the run's. */
  endControl(promote: boolean): void;
  /** Calls back with every message from now on; returns the way to stop. */
  subscribe(listener: (message: SessionMessage) => void): () => void;
}
