import type { EngineName } from '../engine/index.js';
import type { Experiment } from '../experiment/index.js';
import { FolderLock, recording } from '../files/index.js';
import { UserError } from '../input/index.js';
import { CheckpointStore, LogWriter, type StoppedLog } from '../log/index.js';
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
  type RunFailure,
  type RunRequest,
  type Snapshot,
  type startRun as startRunInThread,
} from '../run/index.js';
import { Control } from './control.js';

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

type CurrentRun = {
  readonly plan: RunPlan;
  readonly request: RunRequest;
  readonly handle: ReturnType<typeof startRunInThread>;
  writer: LogWriter | null;
  checkpoints: CheckpointStore | null;
  /** Keeps others from going on with the run while it is under way. */
  lock: FolderLock | null;
  header: Header | null;
  state: RunState;
  step: number;
  /** The control beside it: asked for, there, or none. */
  control: Control | 'asked' | null;
};

/** Seeds are 32 bits wide; after the last comes the first. */
const nextSeed = (seed: number): number => (seed + 1) >>> 0;

/**
 * A dashboard's or a headless program's runs, one after another: each in its own thread and with its own log.
 *
 * Every line is on disk before a listener hears of it.
 */
export class LiveSession implements Session {
  /** Resolves when a training thread dies, or cannot run the first plan. */
  readonly failed: Promise<RunFailure>;
  readonly #options: SessionOptions;
  readonly #listeners = new Set<(message: SessionMessage) => void>();
  readonly #fail: (failure: RunFailure) => void;
  #current: CurrentRun | null = null;
  #next: { readonly plan: RunPlan; readonly reason: string } | null = null;
  #switching: Promise<void> | null = null;
  #ranBefore = false;
  /** The log that the run about to start goes on with. */
  #stopped: StoppedLog | null = null;
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
    return this.#current?.writer?.folder ?? null;
  }

  start(plan: RunPlan): void {
    const { program, engine, dataFolder, strict, now } = this.#options;
    const { preset, title, experiment, interventions, breakpoints } = plan;
    const identity = { program, preset, title, startedAt: now().toISOString() };
    const threshold = this.#threshold;
    this.#run(plan, {
      identity,
      experiment,
      engine,
      dataFolder,
      strict,
      threads: null,
      threshold,
      interventions,
      breakpoints,
      from: null,
    });
  }

  /**
   * Goes on with a run that stopped, in its log; its lines so far must have been told to the listeners by `tellPast`.
   * Errors: UserError where another process has it.
   */
  resume(stopped: StoppedLog): void {
    const lock = this.#recording ? new FolderLock(stopped.folder, recording) : null;
    const { header, checkpoint, events, frame } = stopped;
    const { program, preset, title, startedAt, experiment, threshold, interventions = [] } = header;
    const { engine, strict = false, threads } = loggedEngine(header);
    this.#stopped = stopped;
    this.#run(
      { preset, title, experiment, interventions, breakpoints: [] },
      {
        identity: { program, preset, title, startedAt },
        experiment,
        engine,
        dataFolder: this.#options.dataFolder,
        strict,
        threads,
        threshold,
        interventions,
        breakpoints: [],
        from: { kind: 'log', checkpoint, events, frame },
      },
      lock,
    );
  }

  /** Tells the listeners what a log says. */
  tellPast(line: Header | Frame | RunEvent): void {
    this.#tell(line);
  }

  #run(plan: RunPlan, request: RunRequest, lock: FolderLock | null = null): void {
    const handle = this.#options.startRun(request, {
      onMessage: (message) => this.#receive(message),
      onSnapshot: (snapshot) => this.#openControl(snapshot),
      onCheckpoint: (step, bytes) => this.#saveCheckpoint(step, bytes),
      onFailure: (failure) => this.#failToRun(failure),
    });
    const unknown = {
      writer: null,
      checkpoints: null,
      header: null,
      state: 'running',
      step: 0,
      control: null,
    } as const;
    this.#current = { plan, request, handle, lock, ...unknown };
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
    if (!on) this.#current?.writer?.stop();
    else if (this.#current) {
      this.#current.writer?.start();
      this.#lockFolder(this.#current);
    }
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

  /** Ends the current run and starts the plan; of several asked for meanwhile only the last is started. */
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
    run.writer?.close();
    await run.checkpoints?.close();
    run.lock?.release();
  }

  #saveCheckpoint(step: number, bytes: Uint8Array): void {
    const run = this.#current;
    if (!run?.writer?.isRecording || run.writer.folder === null) return;
    run.checkpoints ??= new CheckpointStore(run.writer.folder, (reason) =>
      this.#refuse(`no checkpoint was written: ${reason}`),
    );
    run.checkpoints.save(step, run.writer.lines, bytes);
  }

  /** A plan that cannot run is refused while the last run still stands on the screen; anything else ends it all. */
  #failToRun(failure: RunFailure): void {
    const opened = this.#current?.writer !== null;
    if (failure.kind !== 'unusable-input' || opened || !this.#ranBefore) this.#fail(failure);
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
    if (message.type === 'frame' || message.type === 'event') run.writer?.write(message);
    this.#tell(message);
    if (message.type === 'frame' && run.control instanceof Control) run.control.follow(message);
  }

  /** Marks a new run's folder as in use; a disk that takes no mark takes no log either, which says so. */
  #lockFolder(run: CurrentRun): void {
    const folder = run.writer?.folder;
    if (!folder || run.lock) return;
    try {
      run.lock = new FolderLock(folder, recording);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }

  /** Starts the control that was asked for, where the run stood when it was told. */
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
      notify: (message) => this.#tell(message),
      onEnd: () => {
        run.control = null;
      },
    });
  }

  #refuse(summary: string): void {
    this.#tell({ type: 'event', step: this.#current?.step ?? 0, event: 'refused', summary });
  }

  #open(run: CurrentRun, header: Header): void {
    this.#ranBefore = true;
    run.header = header;
    run.writer = new LogWriter(this.#options.logParent, header, (status) => this.#tell(status));
    const stopped = this.#stopped;
    this.#stopped = null;
    if (!stopped) this.#tell(header);
    if (this.#recording && stopped) run.writer.reopen(stopped);
    else if (this.#recording) run.writer.start();
    else this.#tell({ type: 'log', state: 'off', path: null, reason: '' });
    this.#lockFolder(run);
  }

  #tell(message: SessionMessage): void {
    for (const listener of this.#listeners) listener(message);
  }
}
