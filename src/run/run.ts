import { type BatchLosses, type Engine, noLosses } from '../engine/index.js';
import { type Experiment, resolveFrameEvery, totalSteps } from '../experiment/index.js';
import { fanOutNorms, hiddenLayerCount, type Network, nodesOf, RandomStream } from '../net/index.js';
import type { PreparedRun, Problem } from '../problem/index.js';
import {
  type Breakpoint,
  type Command,
  type Frame,
  formatVersion,
  type Header,
  type Intervention,
  type Perturbation,
  type RunEvent,
  type RunMessage,
  type RunState,
} from '../protocol/index.js';
import type { Checkpoint, LeftMoment } from './course/checkpoint.js';
import { Course } from './course/course.js';
import { beforePerturbation, type Change, type Moment, momentAt } from './course/moment.js';
import type { Snapshot } from './course/snapshots.js';
import { judge, noneSpecialized, type Specialized } from './frames/specialization.js';
import { Speedometer } from './frames/speedometer.js';
import { takeFrame } from './frames/take-frame.js';
import { TheoryWatch } from './frames/theory-watch.js';
import { perturbationProblem } from './perturbations/perturbation-target.js';
import { Breakpoints } from './schedule/breakpoints.js';
import { hasMade, InterventionPlan } from './schedule/intervention-plan.js';

/** What names a run, beside the experiment that fixes its bits. */
export type RunIdentity = {
  readonly program: string;
  readonly preset: string;
  readonly title: string;
  readonly startedAt: string;
};

export type RunOptions = {
  readonly identity: RunIdentity;
  readonly experiment: Experiment;
  /** Built from `prepared.problem`; the run owns it from here on. */
  readonly engine: Engine;
  readonly prepared: PreparedRun;
  readonly threshold: number;
  readonly interventions?: readonly Intervention[];
  readonly breakpoints?: readonly Breakpoint[];
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
  readonly publish: (message: RunMessage) => void;
};

/**
 * One training run: the schedule around a course, and what it publishes.
 *
 * Has no thread and no clock of its own. `advance` trains, `handle` applies a command between steps. Nothing
 * that is published depends on how the steps are cut into calls, save the readings of the clock.
 */
export class Run {
  readonly header: Header;
  readonly #experiment: Experiment;
  readonly #course: Course;
  readonly #teacherAtStart: Network;
  readonly #clock: () => number;
  readonly #publish: (message: RunMessage) => void;
  readonly #theory: TheoryWatch;
  readonly #speedometer = new Speedometer();
  readonly #plan: InterventionPlan;
  readonly #breakpoints: Breakpoints;
  #perturbationRandom: RandomStream;
  /** What undo and rewind have left behind, latest last. */
  #left: readonly LeftMoment[] = [];
  /** Times that the run has been rewound. */
  #branch = 0;
  /** Since the last frame. */
  #batchLosses: BatchLosses = noLosses;
  #state: RunState = 'running';
  /** Step to pause at, when `advance by` asked for it. */
  #pauseAt = Number.POSITIVE_INFINITY;
  /** Step to wait at, so that a control keeps up. */
  #holdAt = Number.POSITIVE_INFINITY;
  /** Where the latest control started that has not been promoted. */
  #controlStart: Moment | null = null;
  #threshold: number;
  #specialized: Specialized;
  #trainingMs = 0;
  /** Step of the last frame. */
  #framed: number | null = null;

  constructor(options: RunOptions) {
    const { identity, experiment, engine, prepared, threshold, clock, publish } = options;
    const frameEvery = resolveFrameEvery(experiment);
    this.#plan = new InterventionPlan(options.interventions ?? []);
    this.#breakpoints = new Breakpoints(options.breakpoints ?? [], experiment.stepsPerEpoch);
    this.#experiment = experiment;
    this.#teacherAtStart = prepared.problem.teacher;
    this.#course = new Course({ experiment, engine, prepared, snapshotEvery: frameEvery });
    this.#clock = clock;
    this.#publish = publish;
    this.#threshold = threshold;
    this.#theory = new TheoryWatch(clock);
    this.#perturbationRandom = RandomStream.of(experiment.seed, 'perturbation');
    this.header = {
      type: 'header',
      formatVersion,
      ...identity,
      experiment,
      engine: engine.description,
      frameEvery,
      totalSteps: totalSteps(experiment),
      threshold,
      teacherStrength: teacherStrength(prepared.problem, prepared.problem.teacher),
      studentNodes: studentNodes(prepared.problem),
      ...(this.#plan.interventions.length > 0 ? { interventions: this.#plan.interventions } : {}),
    };
    this.#specialized = noneSpecialized(this.header.teacherStrength.map((nodes) => nodes.length));
  }

  get step(): number {
    return this.#course.step;
  }

  get state(): RunState {
    return this.#state;
  }

  get stepsPerSecond(): number {
    return this.#speedometer.stepsPerSecond;
  }

  get trainingSeconds(): number {
    return this.#trainingMs / 1000;
  }

  /** Whether there is nothing to train before somebody says so. */
  get isWaiting(): boolean {
    return this.#state !== 'running' || this.step >= this.#holdAt;
  }

  /** Whether a frame of this very state has been published. */
  get isFramed(): boolean {
    return this.#framed === this.step;
  }

  /** Publishes the header and the frame at step 0; nothing is trained yet. */
  start(): void {
    this.#publish(this.header);
    this.#publishFrame();
    this.#setState('running');
    this.#intervene();
  }

  /** Publishes the header, and goes on from where another run of the same experiment stood. */
  startFrom(snapshot: Snapshot): void {
    this.#publish(this.header);
    this.#restore(snapshot);
    this.#specialized = this.#judged();
    this.#publishFrame();
    this.#setState('running');
  }

  /** Trains at most this many steps, and no further than the next frame or epoch; publishes what is due there. */
  advance(steps: number): void {
    if (this.isWaiting) return;
    const started = this.#clock();
    const target = Math.min(this.step + steps, this.#nextBoundary());
    const report = this.#course.train(target - this.step, this.#batchLosses);
    this.#batchLosses = report.losses;
    if (report.diverged) this.#diverge();
    else this.#arrive();
    this.#trainingMs += this.#clock() - started;
    this.#speedometer.mark(this.trainingSeconds, this.step);
  }

  /** Applies a command now, between steps. A command that makes no sense is answered by a `refused` event. */
  handle(command: Command): void {
    switch (command.type) {
      case 'pause':
        if (this.#state === 'running') this.#pause();
        return;
      case 'resume':
        this.#resume();
        return;
      case 'advance':
        this.#advanceBy(command.by);
        return;
      case 'perturb':
        this.#perturb(command.perturbation, command.intervention);
        return;
      case 'preview':
        this.#preview(command.perturbation);
        return;
      case 'undo':
        this.#undo();
        return;
      case 'redo':
        this.#redo();
        return;
      case 'rewind':
        this.#rewind(command.step);
        return;
      case 'set-learning-rate':
        this.#changeLearningRate(command.learningRate, command.intervention);
        return;
      case 'set-breakpoints':
        this.#breakpoints.set(command.breakpoints);
        return;
      case 'watch-theory':
        this.#theory.set(command.on);
        this.#publishTheory();
        return;
      case 'set-threshold':
        this.#changeThreshold(command.threshold);
        return;
    }
  }

  /** Ends the run early; its last event says why. */
  stop(reason: string): void {
    if (this.#state === 'running' || this.#state === 'paused')
      this.#event({ event: 'stopped', summary: reason });
  }

  /** From here on a control goes on untouched: what it starts from. */
  startControl(): Snapshot {
    const snapshot = this.#course.pin();
    this.#controlStart = this.#course.now;
    this.#event({ event: 'forked' });
    if (this.#framed !== this.step) this.#publishFrame();
    return snapshot;
  }

  /**
   * Puts the run on its control's course, `state` being the control's; null stands for the control at its start.
   * Refused where there is no control.
   */
  promoteControl(state: Snapshot | null): void {
    const start = this.#controlStart;
    if (!start) {
      this.#refuse('there is no control to take the place of');
      return;
    }
    const from = this.step;
    this.#leave('took the place of the control');
    if (state) this.#restore({ ...state, changes: start.changes });
    else this.#goTo(start);
    this.#specialized = this.#judged();
    this.#controlStart = null;
    const summary = "took the control's course";
    this.#publish({ type: 'event', step: from, event: 'promoted', toStep: start.step, summary });
    this.#land();
  }

  /** All that a run needs to go on from here, in another process too. */
  checkpoint(): Checkpoint {
    return {
      snapshot: this.takeSnapshot(),
      left: this.#left,
      branch: this.#branch,
      controlStart: this.#controlStart,
      cancelled: this.#plan.cancelled,
      threshold: this.#threshold,
      perturbationRandom: Array.from(this.#perturbationRandom.state),
    };
  }

  /** Makes the run what it was at a checkpoint; publishes nothing. */
  restore({
    snapshot,
    left,
    branch,
    controlStart,
    cancelled,
    threshold,
    perturbationRandom,
  }: Checkpoint): void {
    this.#restore(snapshot);
    this.#plan.restore(cancelled);
    this.#left = left;
    this.#branch = branch;
    this.#controlStart = controlStart;
    this.#threshold = threshold;
    this.#perturbationRandom = new RandomStream(Uint32Array.from(perturbationRandom));
    this.#specialized = this.#judged();
    this.#framed = snapshot.step;
  }

  /** Goes on after a restore, from the log's end. */
  continue(): void {
    this.#event({ event: 'continued' });
    this.#setState('running');
    this.#intervene();
  }

  /** Waits at this step until told another. */
  hold(step: number): void {
    this.#holdAt = step;
  }

  dispose(): void {
    this.#course.dispose();
  }

  #nextBoundary(): number {
    const { frameEvery, totalSteps: last } = this.header;
    const multipleAfter = (period: number): number => (Math.floor(this.step / period) + 1) * period;
    return Math.min(
      multipleAfter(frameEvery),
      multipleAfter(this.#experiment.stepsPerEpoch),
      this.#pauseAt,
      this.#holdAt,
      this.#plan.nextAfter(this.step),
      last,
    );
  }

  /** What is due at the step just reached: frame, new epoch, end of the run, pause. */
  #arrive(): void {
    const { frameEvery, totalSteps: last } = this.header;
    const done = this.step === last;
    if (done || this.step % frameEvery === 0) this.#breakAt(this.#publishFrame());
    if (!done && this.step % this.#experiment.stepsPerEpoch === 0) this.#startEpoch();
    if (this.isFramed) this.#course.keepRegularly();
    if (!done) this.#intervene();
    if (done && this.#state === 'running') this.#finish();
    else if (this.step >= this.#pauseAt) this.#pause();
  }

  /** Makes the interventions that are due at this step. */
  #intervene(): void {
    for (const intervention of this.#plan.dueAt(this.step, this.#course.changes))
      this.handle({ ...this.#plan.interventions[intervention].command, intervention });
  }

  #startEpoch(): void {
    const { from, to } = this.#course.enterEpoch();
    if (from !== to) this.#event({ event: 'learning-rate', from, to, cause: 'schedule' });
  }

  #finish(): void {
    this.#event({ event: 'done' });
    this.#setState('done');
  }

  #diverge(): void {
    this.#setState('diverged');
    this.#publishFrame();
    this.#event({ event: 'diverged', summary: 'the loss of a batch is no longer a finite number' });
  }

  #pause(): void {
    this.#pauseAt = Number.POSITIVE_INFINITY;
    if (this.#framed !== this.step) this.#publishFrame();
    if (this.#state !== 'running') return;
    this.#event({ event: 'paused' });
    this.#setState('paused');
  }

  #resume(): void {
    if (this.#state === 'paused') {
      this.#event({ event: 'resumed' });
      this.#setState('running');
    } else if (this.#state !== 'running') this.#refuse(this.#endedBecause());
  }

  #advanceBy(by: 'step' | 'epoch'): void {
    if (this.#state === 'done' || this.#state === 'diverged') {
      this.#refuse(this.#endedBecause());
      return;
    }
    const { stepsPerEpoch } = this.#experiment;
    this.#pauseAt = by === 'step' ? this.step + 1 : (this.#course.epoch + 1) * stepsPerEpoch;
    this.#setState('running');
  }

  #endedBecause(): string {
    return this.#state === 'done'
      ? 'the run is done: restart it, or choose another preset'
      : 'the run has diverged: undo, restart, or choose another preset';
  }

  /** Why a perturbation cannot be applied now; null when it can. */
  #objectionTo(perturbation: Perturbation): string | null {
    if (this.#state === 'diverged') return this.#endedBecause();
    const teachers = this.#teacherStrength.map((nodes) => nodes.length);
    return perturbationProblem(perturbation, this.#experiment, teachers);
  }

  /** Says what a perturbation would do, and leaves run and random stream as they are. */
  #preview(perturbation: Perturbation): void {
    const random = new RandomStream(this.#perturbationRandom.state);
    const text =
      this.#objectionTo(perturbation) ??
      this.#course.preview(perturbation, { threshold: this.#threshold, random });
    this.#publish({ type: 'preview', text });
  }

  #perturb(perturbation: Perturbation, intervention?: number): void {
    if (this.#hasMade(intervention)) return;
    const objection = this.#objectionTo(perturbation);
    if (objection !== null) {
      this.#refuse(objection);
      return;
    }
    this.#course.pin();
    const { summary } = this.#change({ type: 'perturb', perturbation }, intervention);
    const by = intervention === undefined ? {} : { intervention };
    this.#event({ event: 'perturbed', perturbation, threshold: this.#threshold, summary, ...by });
    this.#publishFrame();
  }

  /** Whether an intervention has been made already: the log of a run that is resumed tells of it once more. */
  #hasMade(index: number | undefined): boolean {
    return index !== undefined && hasMade(this.#course.changes, index);
  }

  /** Makes a change here; what undo and rewind have left behind is out of reach from now on. */
  #change(command: Change['command'], intervention?: number): Change {
    this.#left = [];
    const context = { threshold: this.#threshold, random: this.#perturbationRandom };
    return this.#course.change(command, context, intervention);
  }

  /** Norms of the teacher nodes' fan-out as they are now. */
  get #teacherStrength(): Header['teacherStrength'] {
    return this.#teacherChanged ?? this.header.teacherStrength;
  }

  /** Null while the teacher is the one that the run started with. */
  get #teacherChanged(): Header['teacherStrength'] | null {
    const { teacher, problem } = this.#course;
    return teacher === this.#teacherAtStart ? null : teacherStrength(problem, teacher);
  }

  /** Both networks as they are now, the student a copy. */
  get networks(): { readonly student: Network; readonly teacher: Network } {
    return { student: this.#course.engine.readState().student, teacher: this.#course.teacher };
  }

  /** The whole state, as it is now. */
  takeSnapshot(): Snapshot {
    return this.#course.takeSnapshot();
  }

  #undo(): void {
    const target = beforePerturbation(this.#course.now);
    if (!target) {
      this.#refuse('there is no perturbation to undo');
      return;
    }
    const undone = this.#course.changes[target.changes.length];
    const { summary } = undone;
    this.#plan.cancel(undone);
    const [from, toStep] = [this.step, target.step];
    this.#leave(summary);
    this.#goTo(target);
    this.#publish({ type: 'event', step: from, event: 'undone', toStep, summary: `undid: ${summary}` });
    this.#land();
  }

  /** Back to where the latest undo or rewind came from. */
  #redo(): void {
    const latest = this.#left.at(-1);
    if (!latest) {
      this.#refuse('there is nothing to redo');
      return;
    }
    const [from, toStep] = [this.step, latest.moment.step];
    this.#left = this.#left.slice(0, -1);
    this.#plan.reinstate(latest.moment.changes);
    this.#goTo(latest.moment);
    const summary = `back to step ${toStep}, before: ${latest.summary}`;
    this.#publish({ type: 'event', step: from, event: 'redone', toStep, summary });
    this.#land();
  }

  #rewind(step: number): void {
    if (!Number.isInteger(step) || step < 0 || step > this.step) {
      this.#refuse(`rewind to step ${step}: allowed are whole numbers from 0 to ${this.step}`);
      return;
    }
    const from = this.step;
    this.#leave(`rewound to step ${step}`);
    this.#branch++;
    this.#goTo(momentAt(this.#course.now, step));
    const summary = `branch ${this.#branch}, from step ${step} on`;
    this.#publish({ type: 'event', step: from, event: 'rewound', toStep: step, summary });
    this.#land();
  }

  /** Keeps the way back here. */
  #leave(summary: string): void {
    this.#course.pin();
    this.#left = [...this.#left, { moment: this.#course.now, summary }].slice(-mostLeft);
  }

  /** Says where a jump has led to; an ended run that has steps to go again waits for them. */
  #land(): void {
    const ended =
      this.#state === 'diverged' || (this.#state === 'done' && this.step < this.header.totalSteps);
    this.#setState(this.#course.diverged ? 'diverged' : ended ? 'paused' : this.#state);
    this.#publishFrame();
  }

  /** Makes the run what it was, or would have been, at a moment; publishes nothing. */
  #goTo(moment: Moment): void {
    this.#course.goTo(moment);
    this.#forgetWay();
    this.#specialized = this.#judged();
  }

  #restore(snapshot: Snapshot): void {
    this.#course.restore(snapshot);
    this.#forgetWay();
  }

  /** What was gathered or planned on the way to another moment says nothing of this one. */
  #forgetWay(): void {
    this.#pauseAt = Number.POSITIVE_INFINITY;
    this.#batchLosses = noLosses;
    this.#speedometer.reset();
  }

  /** Which teacher nodes are specialized now; as before in a run that has diverged. */
  #judged(): Specialized {
    if (this.#course.diverged) return this.#specialized;
    return judge(this.#specialized, this.frame().layers, this.#threshold, this.step).specialized;
  }

  #changeLearningRate(learningRate: number, intervention?: number): void {
    if (this.#hasMade(intervention)) return;
    if (!(learningRate > 0 && Number.isFinite(learningRate))) {
      this.#refuse(`learning rate ${learningRate}: allowed are positive numbers`);
      return;
    }
    const from = this.#course.learningRate;
    this.#change({ type: 'set-learning-rate', learningRate }, intervention);
    const by = intervention === undefined ? {} : { intervention };
    this.#event({ event: 'learning-rate', from, to: learningRate, cause: 'key', ...by });
  }

  #changeThreshold(threshold: number): void {
    this.#threshold = threshold;
    this.#event({ event: 'threshold', threshold });
    this.#publishFrame();
  }

  #refuse(summary: string): void {
    this.#event({ event: 'refused', summary });
  }

  /** Publishes a frame and what it shows to have happened; both, or null of a run that has diverged. */
  #publishFrame(): JudgedFrame | null {
    const frame = this.#frame(this.#batchLosses);
    this.#batchLosses = noLosses;
    this.#framed = this.step;
    this.#publish(frame);
    this.#publishTheory();
    if (this.#state === 'diverged') return null;
    const { specialized, events } = judge(this.#specialized, frame.layers, this.#threshold, this.step);
    this.#specialized = specialized;
    for (const event of events) this.#publish(event);
    return { frame, events };
  }

  /** Pauses where a breakpoint says so. */
  #breakAt(judged: JudgedFrame | null): void {
    if (!judged) return;
    const { frame, events } = judged;
    const lost = events.flatMap((event) => (event.event === 'lost' ? [event.teacher] : []));
    const reason = this.#breakpoints.reasonAt(frame, this.#threshold, lost);
    if (reason === null) return;
    this.#event({ event: 'breakpoint', summary: reason });
    this.#pauseAt = this.step;
  }

  /** Says how the paper's statements stand, where somebody looks and it is time. */
  #publishTheory(): void {
    if (!this.#theory.isDue) return;
    const theory = this.#theory.evaluate(this.#course.problem, this.networks.student);
    this.#publish({ type: 'theory', step: this.step, theory });
  }

  /** What a frame published now would say, minibatch losses left out; publishes nothing. */
  frame(): Frame {
    return this.#frame(noLosses);
  }

  #frame(batchLosses: BatchLosses): Frame {
    const { engine, learningRate } = this.#course;
    const changed = this.#teacherChanged;
    return takeFrame(engine, this.#experiment, {
      step: this.step,
      epoch: this.step / this.#experiment.stepsPerEpoch,
      learningRate,
      stepsPerSecond: this.stepsPerSecond,
      trainingSeconds: this.trainingSeconds,
      batchLosses,
      ...(changed ? { teacherStrength: changed } : {}),
    });
  }

  #event(event: RunEventBody): void {
    this.#publish({ type: 'event', step: this.step, ...event });
  }

  #setState(state: RunState): void {
    this.#state = state;
    this.#publish({ type: 'status', state, step: this.step });
  }
}

type JudgedFrame = { readonly frame: Frame; readonly events: readonly RunEvent[] };

/** Ways back that are kept. */
const mostLeft = 16;

/** ||v*_j|| of the nodes of a problem's teacher that the metrics are about, by layer. */
const teacherStrength = (problem: Problem, teacher: Network): number[][] =>
  Array.from({ length: hiddenLayerCount(teacher) }, (_, layer) => {
    const norms = Array.from(fanOutNorms(teacher, layer));
    return problem.kind === 'multi-layer' ? problem.activeNodes[layer].map((node) => norms[node]) : norms;
  });

const studentNodes = ({ student }: Problem): number[] =>
  Array.from({ length: hiddenLayerCount(student) }, (_, layer) => nodesOf(student, layer));

/** An event without what all events of the current step share. */
type RunEventBody = RunEvent extends infer E
  ? E extends RunEvent
    ? Omit<E, 'type' | 'step'>
    : never
  : never;
