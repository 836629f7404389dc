import { type EngineName, olderKernels } from '../engine/index.js';
import type { Experiment } from '../experiment/index.js';
import type { FolderLock } from '../files/index.js';
import { UserError } from '../input/index.js';
import type { StoppedLog } from '../log/index.js';
import type {
  Breakpoint,
  Command,
  Frame,
  Header,
  Intervention,
  RunEvent,
  RunMessage,
  RunState,
  Session,
  SessionMessage,
} from '../protocol/index.js';
import {
  loggedEngine,
  loggedSetup,
  type RunFailure,
  type RunHandle,
  type RunRequest,
  type Snapshot,
  type startRun as startRunInThread,
} from '../run/index.js';
import { Control } from './control.js';
import { RunRecorder } from './run-recorder.js';

/** An experiment to run, and what to call it. */
export type RunPlan = {
  readonly preset: string;
  readonly title: string;
  readonly experiment: Experiment;
  readonly interventions: readonly Intervention[];
  readonly breakpoints: readonly Breakpoint[];
};

export type SessionOptions = {
  /** "teachtop 0.1.0", for the logs' headers. */
  readonly program: string;
  readonly engine: EngineName | 'auto';
  /** Folder of data sets and weights; null when there is none. */
  readonly dataFolder: string | null;
  readonly strict: boolean;
  readonly threshold: number;
  /** Folder under which every run gets a folder of its own. */
  readonly logParent: string;
  /** Whether runs are recorded without being asked to. */
  readonly record: boolean;
  /** The plan behind a preset's name. Errors: UserError. */
  readonly planOf: (preset: string) => RunPlan;
  readonly startRun: typeof startRunInThread;
  readonly now: () => Date;
};

/** A log to go on with, and its folder's lock where the run is to be recorded. */
type Resumed = { readonly log: StoppedLog; readonly lock: FolderLock | null };

type CurrentRun = {
  readonly plan: RunPlan;
  readonly request: RunRequest;
  readonly handle: RunHandle;
  /** Null for a new run. */
  readonly resumed: Resumed | null;
  /** Null until the run's header has come. */
  recorder: RunRecorder | null;
  header: Header | null;
  state: RunState;
  step: number;
  /** The control beside it: none, asked for but not started, or running. */
  control: Control | 'asked' | null;
};

/** Seeds are 32 bits wide; after the last comes the first. */
const nextSeed = (seed: number): number => (seed + 1) >>> 0;

/**
 * A dashboard's or a headless program's runs, one after another: each in its own thread and with its own log.
 *
 * Every line is on disk before a listener is notified of it.
 */
export class LiveSession implements Session {
  /** Resolves when a training thread fails, or cannot run the first plan. */
  readonly failed: Promise<RunFailure>;
  readonly #options: SessionOptions;
  readonly #listeners = new Set<(message: SessionMessage) => void>();
  readonly #fail: (failure: RunFailure) => void;
  #current: CurrentRun | null = null;
  #next: { readonly plan: RunPlan; readonly reason: string } | null = null;
  #switching: Promise<void> | null = null;
  #ranBefore = false;
  #recording: boolean;
  #threshold: number;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#recording = options.record;
    this.#threshold = options.threshold;
    const { promise, resolve } = Promise.withResolvers<RunFailure>();
    this.failed = promise;
    this.#fail = resolve;
  }

  /** The folder of the current run's log; null when nothing of it has been recorded. */
  get logFolder(): string | null {
    return this.#current?.recorder?.folder ?? null;
  }

  start(plan: RunPlan): void {
    const { program, engine, dataFolder, strict, now } = this.#options;
    const { preset, title, experiment, interventions, breakpoints } = plan;
    this.#run(plan, {
      identity: { program, preset, title, startedAt: now().toISOString() },
      experiment,
      engine: { engine, precision: experiment.precision, strict },
      dataFolder,
      threshold: this.#threshold,
      interventions,
      breakpoints,
      from: null,
    });
  }

  /**
   * Goes on with a run that stopped, in its log; the listeners must have been shown its lines so far by `showLogged`.
   * `lock`: of its folder, taken before the log was read; null where nothing is to be recorded.
   */
  resume(log: StoppedLog, lock: FolderLock | null): void {
    const { header, checkpoints, places, reports } = log;
    const { preset, title, experiment, interventions = [] } = header;
    const setup = loggedSetup(header, loggedEngine(header), this.#options.dataFolder);
    const older = olderKernels(header.engine);
    const from = { kind: 'log', checkpoints, lines: places, reports, olderKernels: older } as const;
    const plan = { preset, title, experiment, interventions, breakpoints: [] };
    this.#run(plan, { ...setup, interventions, from }, { log, lock });
  }

  /** Shows the listeners a line of a log. */
  showLogged(line: Header | Frame | RunEvent): void {
    this.#notify(line);
  }

  send(command: Command): void {
    if (command.type === 'set-threshold') this.#threshold = command.threshold;
    if (this.#switching || !this.#current) return;
    const { handle, control } = this.#current;
    handle.send(command);
    if (control instanceof Control) control.share(command);
  }

  startControl(): void {
    const run = this.#current;
    if (this.#switching || !run?.header) return;
    if (run.control !== null) this.#refuse('there is a control already');
    else {
      run.control = 'asked';
      run.handle.send({ type: 'start-control' });
    }
  }

  endControl(promote: boolean): void {
    const control = this.#current?.control;
    if (!(control instanceof Control)) this.#refuse('there is no control');
    else if (promote) control.promote();
    else void control.close('dropped');
  }

  switchPreset(name: string): void {
    try {
      this.#replace(this.#options.planOf(name), `switched to preset ${name}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#refuse(error.message);
    }
  }

  restart(seed: 'same' | 'new'): void {
    const plan = this.#next?.plan ?? this.#current?.plan;
    if (!plan) return;
    const { experiment } = plan;
    if (seed === 'same') this.#replace(plan, 'restarted with the same seed');
    else {
      const changed = { ...experiment, seed: nextSeed(experiment.seed) };
      this.#replace({ ...plan, experiment: changed }, `restarted with seed ${changed.seed}`);
    }
  }

  setLogging(on: boolean): void {
    this.#recording = on;
    if (on) this.#current?.recorder?.start();
    else this.#current?.recorder?.stop();
  }

  subscribe(listener: (message: SessionMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the current run, its log complete; `reason` becomes its last event unless it had ended by itself. */
  async close(reason: string): Promise<void> {
    this.#next = null;
    await this.#switching;
    await this.#end(reason);
  }

  #run(plan: RunPlan, request: RunRequest, resumed: Resumed | null = null): void {
    const handle = this.#options.startRun(request, {
      onMessage: (message) => this.#receive(message),
      onSnapshot: (snapshot) => this.#openControl(snapshot),
      onCheckpoint: (step, bytes) => this.#current?.recorder?.saveCheckpoint(step, bytes),
      onFailure: (failure) => this.#failToRun(failure),
    });
    const unknown = { recorder: null, header: null, state: 'running', step: 0, control: null } as const;
    this.#current = { plan, request, handle, resumed, ...unknown };
  }

  /** Ends the current run and starts the plan; of several requests meanwhile only the last is started. */
  #replace(plan: RunPlan, reason: string): void {
    this.#next = { plan, reason };
    this.#switching ??= this.#switch().finally(() => {
      this.#switching = null;
    });
  }

  async #switch(): Promise<void> {
    while (this.#next) {
      await this.#end(this.#next.reason);
      const plan = this.#next?.plan;
      this.#next = null;
      if (plan) this.start(plan);
    }
  }

  async #end(reason: string): Promise<void> {
    const run = this.#current;
    if (!run) return;
    const { control } = run;
    // The snapshot for a control that was only asked for may still arrive, for a run that has ended.
    run.control = null;
    if (control instanceof Control) await control.close(reason);
    await run.handle.stop(reason);
    if (run.recorder) await run.recorder.close();
    else run.resumed?.lock?.release();
  }

  /** A plan that cannot run is refused while the run before is still on the screen; any other failure ends the session. */
  #failToRun(failure: RunFailure): void {
    const isOpen = this.#current?.recorder !== null;
    if (failure.kind !== 'unusable-input' || isOpen || !this.#ranBefore) this.#fail(failure);
    else this.#refuse(failure.reason);
  }

  #receive(message: RunMessage): void {
    const run = this.#current;
    if (!run) return;
    if (message.type === 'header') {
      this.#open(run, message);
      return;
    }
    if ('step' in message) run.step = message.step;
    if (message.type === 'status') run.state = message.state;
    if (message.type === 'frame' || message.type === 'event') run.recorder?.write(message);
    this.#notify(message);
    if (message.type === 'frame' && run.control instanceof Control) run.control.follow(message);
  }

  /** The run's header has come: what follows is recorded. */
  #open(run: CurrentRun, header: Header): void {
    const { resumed } = run;
    const recorder = new RunRecorder({
      logParent: this.#options.logParent,
      header,
      lock: resumed?.lock ?? null,
      onStatus: (status) => this.#notify(status),
      onFailure: (summary) => this.#refuse(summary),
    });
    this.#ranBefore = true;
    run.header = header;
    run.recorder = recorder;
    if (!resumed) this.#notify(header);
    if (!this.#recording) this.#notify({ type: 'log', state: 'off', path: null, reason: '' });
    else if (resumed) recorder.reopen(resumed.log);
    else recorder.start();
  }

  /** Starts the control that was asked for, from the run's snapshot. */
  #openControl(start: Snapshot): void {
    const run = this.#current;
    if (run?.control !== 'asked' || !run.header) return;
    run.control = new Control({
      startRun: this.#options.startRun,
      request: run.request,
      header: run.header,
      run: run.handle,
      runState: run.state,
      start,
      notify: (message) => this.#notify(message),
      onEnd: () => {
        run.control = null;
      },
    });
  }

  #refuse(summary: string): void {
    this.#notify({ type: 'event', step: this.#current?.step ?? 0, event: 'refused', summary });
  }

  #notify(message: SessionMessage): void {
    for (const listener of this.#listeners) listener(message);
  }
}
