import type { FolderLock } from '../files/index.js';
import { UserError } from '../input/index.js';
import { eachLine, type StoppedLog } from '../log/index.js';
import type {
  Command,
  Frame,
  Header,
  RunEvent,
  RunMessage,
  Session,
  SessionMessage,
} from '../protocol/index.js';
import { loggedEngine, loggedSetup, type RunFailure, type RunRequest, type Snapshot } from '../run/index.js';
import { Control, mostStepsAhead } from './control.js';
import { openStopped, type Reopened, reopenedStatus, type StoppedRun } from './open-stopped.js';
import { RunRecorder } from './run-recorder.js';
import { RunTrail } from './run-trail.js';
import { planOf, requestOf, type SessionOptions, seedAfter, startOf } from './session-options.js';
import type { CurrentRun, EndedRun, NextRun, RunPlan } from './session-runs.js';

/**
 * A dashboard's or a headless program's runs, one after another: each in its own thread and with its own log.
 * Every line is on disk before a listener is notified of it.
 */
export class LiveSession implements Session {
  readonly #failure = Promise.withResolvers<RunFailure>();
  /** Resolves when a training thread fails, or cannot run the first plan. */
  readonly failed: Promise<RunFailure> = this.#failure.promise;
  readonly #options: SessionOptions;
  readonly #listeners = new Set<(message: SessionMessage) => void>();
  #current: CurrentRun | null = null;
  #next: NextRun | null = null;
  /** The run that `bringBack` goes on with. */
  #ended: EndedRun | null = null;
  /** Commands to the run that is on its way. */
  #waiting: Command[] = [];
  /** The log of the run before, as long as the current one has none. */
  #folderBefore: string | null = null;
  #switching: Promise<void> | null = null;
  #ranBefore = false;
  #isClosed = false;
  /** By which the listeners know the current run. */
  #toldHeader: Header | null = null;
  #recording: boolean;
  #threshold: number;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#recording = options.record;
    this.#threshold = options.threshold;
  }

  /** The folder of the log of the run on display; null when nothing of it has been recorded. */
  get logFolder(): string | null {
    return this.#current?.recorder ? this.#current.recorder.folder : this.#folderBefore;
  }

  start(plan: RunPlan): void {
    this.#run(plan, requestOf(plan, this.#options, this.#threshold));
  }

  /**
   * Goes on with a run that stopped, in its log; the listeners must have been shown its lines so far by `showLogged`.
   * `lock`: of its folder, taken before the log was read; null where nothing is to be recorded.
   */
  resume(log: StoppedLog, lock: FolderLock | null): void {
    const { header } = log;
    const setup = loggedSetup(header, loggedEngine(header), this.#options.dataFolder);
    const from = startOf(log);
    const { interventions = [] } = header;
    this.#run(planOf(header), { ...setup, interventions, from }, { log, lock }, new RunTrail(from));
  }

  /** Shows the listeners a line of a log. */
  showLogged(line: Header | Frame | RunEvent): void {
    this.#notify(line);
  }

  send(command: Command): void {
    if (command.type === 'set-threshold') this.#threshold = command.threshold;
    // What is asked for while a run is on its way is asked of that run.
    if (this.#switching && command.type !== 'set-threshold') this.#waiting.push(command);
    if (this.#switching || !this.#current) return;
    const { handle, control } = this.#current;
    handle.send(command);
    if (command.type === 'set-breakpoints') this.#notify({ ...command, type: 'breakpoints' });
    if (control instanceof Control) control.share(command);
  }

  startControl(): void {
    const run = this.#current;
    if (this.#switching || !run?.header) return;
    if (run.control !== null) this.#refuse('there is a control already');
    else {
      run.control = 'asked';
      run.handle.send({ type: 'start-control', mostStepsAhead: mostStepsAhead(run.header) });
    }
  }

  endControl(promote: boolean): void {
    const control = this.#current?.control;
    if (!(control instanceof Control)) this.#refuse('there is no control');
    else if (promote) control.promote();
    else void control.close('dropped');
  }

  switchPreset(name: string, settings: readonly string[] = []): void {
    try {
      const words = [
        'switched to preset',
        name,
        ...(settings.length > 0 ? ['with', settings.join(', ')] : []),
      ];
      this.#replace(this.#options.planOf(name, settings), words.join(' '));
    } catch (error) {
      this.#refuseError(error);
    }
  }

  restart(seed: 'same' | 'new'): void {
    const plan = this.#next?.plan ?? this.#current?.plan;
    if (!plan) return;
    if (seed === 'same') this.#replace(plan, 'restarted with the same seed');
    else {
      const changed = { ...plan.experiment, seed: seedAfter(plan.experiment.seed) };
      this.#replace({ ...plan, experiment: changed }, `restarted with seed ${changed.seed}`);
    }
  }

  bringBack(): void {
    const back = this.#ended;
    if (!back) this.#refuse('there is no run to bring back');
    else if (!this.#next) this.#replace(back.plan, 'the run before was brought back', back);
  }

  /** Goes on with the stopped run of a folder in place of the current one; refused as an event where it cannot. */
  goOnWith(folder: string): void {
    if (folder === this.#ended?.folder) {
      this.bringBack();
      return;
    }
    openStopped(folder, this.#recording).then(
      (stopped) => {
        if (this.#isClosed) stopped.lock?.release();
        else this.#replace(planOf(stopped.log.header), 'another run was gone on with', stopped);
      },
      (error) => this.#refuseError(error),
    );
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
    this.#isClosed = true;
    this.#forgetNext();
    await this.#switching;
    await this.#end(reason);
  }

  #run(
    plan: RunPlan,
    request: RunRequest,
    resumed: Reopened | null = null,
    trail: RunTrail = new RunTrail(request.from),
  ): void {
    const handle = this.#options.startRun(request, {
      onMessage: (message) => this.#receive(message),
      onSnapshot: (snapshot) => this.#openControl(snapshot),
      onCheckpoint: (step, bytes) => {
        this.#current?.trail.keep(bytes);
        this.#current?.recorder?.saveCheckpoint(step, bytes);
      },
      onFailure: (failure) => this.#failToRun(failure),
    });
    const unknown = { recorder: null, header: null, state: 'running', step: 0, control: null } as const;
    this.#current = { plan, request, handle, resumed, trail, ...unknown };
    for (const command of this.#waiting.splice(0)) handle.send(command);
  }

  /** Ends the current run and starts the plan; of several requests meanwhile only the last is started. */
  #replace(plan: RunPlan, reason: string, back: NextRun['back'] = null): void {
    this.#forgetNext();
    this.#next = { plan, reason, back };
    this.#notify({ type: 'starting', title: plan.title, stage: 'ending the run before' });
    this.#switching ??= this.#switch().finally(() => {
      this.#switching = null;
    });
  }

  #forgetNext(): void {
    if (this.#next?.back && 'lock' in this.#next.back) this.#next.back.lock?.release();
    this.#next = null;
  }

  async #switch(): Promise<void> {
    while (this.#next) {
      const run = this.#current;
      const isUnderWay = run?.header && (run.state === 'running' || run.state === 'paused');
      // A paused run has a frame and a checkpoint of the step at which it stands.
      if (isUnderWay) run.handle.send({ type: 'pause' });
      await this.#end(this.#next.reason);
      this.#folderBefore = this.logFolder;
      const next: NextRun | null = this.#next;
      const back = next?.back ?? null;
      this.#next = null;
      const { plan, request, header, trail } = run ?? {};
      if (isUnderWay && plan && request && header && trail && (this.#folderBefore || trail.startPoint))
        this.#ended = { plan, request, header, trail, folder: this.#folderBefore };
      if (back && 'trail' in back) await this.#goOnWith(back);
      else if (back) await this.#goOnAfterLog(back);
      else if (next) this.start(next.plan);
    }
  }

  /** Goes on with a run that was ended, on the screen as it was, in its log where it has one, else from memory. */
  async #goOnWith({ plan, request, header, folder, trail }: EndedRun): Promise<void> {
    const record = await this.#reopened(folder);
    this.#notify(header);
    this.#notify(reopenedStatus(record));
    if (trail.frame) this.#notify(trail.frame);
    const engine = { ...request.engine, ...loggedEngine(header) };
    const from = record.log ? startOf(record.log) : trail.startPoint;
    this.#run(plan, { ...request, engine, from }, record, record.log ? new RunTrail(from) : trail);
  }

  /** Goes on with a run that was left before this session, with what its log says of it on the screen. */
  async #goOnAfterLog({ log, lock }: StoppedRun): Promise<void> {
    await eachLine(log.folder, ({ line }) => {
      this.showLogged(line);
      if (line.type === 'header') this.#notify(reopenedStatus({ log, lock }));
    });
    this.resume(log, lock);
  }

  /** A run's log to go on recording in; none where it has none, or where it cannot be had any more. */
  async #reopened(folder: string | null): Promise<Reopened> {
    if (folder === null || !this.#recording) return { log: null, lock: null };
    try {
      return await openStopped(folder, true);
    } catch (error) {
      this.#refuseError(error);
      return { log: null, lock: null };
    }
  }

  async #end(reason: string): Promise<void> {
    const run = this.#current;
    if (!run) return;
    const { control } = run;
    // The snapshot for a control that was only asked for may still arrive, for a run that has ended.
    run.control = null;
    const controlClosed = control instanceof Control ? control.close(reason) : null;
    await run.handle.stop(reason, () => void this.#closeLog(run, reason));
    await Promise.all([controlClosed, this.#closeLog(run, reason)]);
  }

  /** Ends the log of a run that nothing more comes from; a thread that died has not said so. */
  async #closeLog({ trail, recorder, resumed }: CurrentRun, reason: string): Promise<void> {
    const unsaid = trail.unsaidStop(reason);
    if (unsaid) this.#receive(unsaid);
    await (recorder ? recorder.close() : resumed?.lock?.release());
  }

  /** A plan that cannot run is refused while the run before is still on the screen; any other failure ends the session. */
  #failToRun(failure: RunFailure): void {
    const isOpen = this.#current?.recorder !== null;
    if (failure.kind !== 'unusable-input' || isOpen || !this.#ranBefore) this.#failure.resolve(failure);
    else this.#refuse(failure.reason);
  }

  #receive(message: RunMessage): void {
    const run = this.#current;
    if (!run) return;
    if (message.type === 'header') {
      this.#open(run, message);
      return;
    }
    if (message.type === 'stage') {
      this.#notify({ type: 'starting', title: run.plan.title, stage: message.stage });
      return;
    }
    run.trail.receive(message);
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
    run.recorder = recorder;
    if (!resumed) this.#notify(header);
    run.header = this.#toldHeader;
    this.#notify({ type: 'breakpoints', breakpoints: run.request.breakpoints });
    if (!this.#recording) this.#notify({ type: 'log', state: 'off', path: null, reason: '' });
    else if (resumed?.log) recorder.reopen(resumed.log);
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

  #refuseError(error: unknown): void {
    if (!(error instanceof UserError)) throw error;
    this.#refuse(error.message);
  }

  #notify(message: SessionMessage): void {
    if (message.type === 'header') this.#toldHeader = message;
    for (const listener of this.#listeners) listener(message);
  }
}
