import type { Engine } from '../engine/index.js';
import type { Experiment } from '../experiment/index.js';
import type { Network } from '../net/index.js';
import type { PreparedRun } from '../problem/index.js';
import type {
  Breakpoint,
  Command,
  Frame,
  Intervention,
  OwnHeader,
  Progress,
  RunEvent,
  RunMessage,
  RunState,
} from '../protocol/index.js';
import { Changes, endedReasons } from './changes.js';
import type { Checkpoint } from './course/checkpoint.js';
import { Course } from './course/course.js';
import { type JumpOutcome, Jumps } from './course/jumps.js';
import type { Snapshot } from './course/snapshots.js';
import { type PublishedFrame, Publisher } from './frames/publisher.js';
import { type RunIdentity, runHeader } from './frames/run-header.js';
import { stateHash } from './frames/state-hash.js';
import { Schedule } from './schedule/schedule.js';

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
 * One training run: a course, changes to it and jumps on it, the schedule, and what is published.
 *
 * Has no thread and no clock of its own. `advance` trains, `handle` applies a command between steps. Nothing
 * that is published depends on how the steps are cut into calls, except the readings of the clock.
 */
export class Run {
  readonly header: OwnHeader;
  readonly #course: Course;
  readonly #jumps: Jumps;
  readonly #schedule: Schedule;
  readonly #publisher: Publisher;
  readonly #changes: Changes;
  #state: RunState = 'running';

  constructor(options: RunOptions) {
    const { identity, experiment, engine, prepared, threshold, clock, publish } = options;
    const { interventions = [], breakpoints = [] } = options;
    const { problem } = prepared;
    const { description } = engine;
    this.header = runHeader({ identity, experiment, engine: description, problem, threshold, interventions });
    const { frameEvery, totalSteps } = this.header;
    const course = new Course({ experiment, engine, prepared, snapshotEvery: frameEvery });
    const schedule = new Schedule({ experiment, frameEvery, totalSteps, interventions, breakpoints });
    const jumps = new Jumps(course, schedule.interventions);
    const publisher = new Publisher({ header: this.header, course, clock, publish });
    this.#course = course;
    this.#schedule = schedule;
    this.#jumps = jumps;
    this.#publisher = publisher;
    this.#changes = new Changes({ experiment, course, jumps, publisher });
  }

  get step(): number {
    return this.#course.step;
  }

  get state(): RunState {
    return this.#state;
  }

  /** How far the run is, and how fast. */
  get progress(): Omit<Progress, 'type' | 'processorWait'> {
    const { stepsPerSecond, trainingSeconds } = this.#publisher.clock;
    return { step: this.step, stepsPerSecond, trainingSeconds };
  }

  /** Whether there is nothing to train until a command or a later step to wait at comes. */
  get isWaiting(): boolean {
    return this.#state !== 'running' || this.#schedule.isHeld(this.step);
  }

  /** Whether a frame of the current step has been published. */
  get isFramed(): boolean {
    return this.#publisher.isFramed;
  }

  /** Both networks as they are now, the student a copy. */
  get networks(): { readonly student: Network; readonly teacher: Network } {
    return { student: this.#course.engine.readState().student, teacher: this.#course.teacher };
  }

  /** Hash over the bits of the student's weights, as frames have it. */
  get stateHash(): string {
    return stateHash(this.networks.student, this.#course.engine.description.precision);
  }

  /** The frame that would be published now, without minibatch losses; publishes nothing. */
  frame(): Frame {
    return this.#publisher.takeFrame();
  }

  /** Publishes the header and the frame at step 0; nothing is trained yet. */
  start(): void {
    this.#publisher.message(this.header);
    this.#publisher.frame();
    this.#setState('running');
    this.#intervene();
  }

  /** Publishes the header, and goes on from a snapshot of another run of the same experiment. */
  startFrom(snapshot: Snapshot): void {
    this.#publisher.message(this.header);
    this.#course.restore(snapshot);
    this.#publisher.frameAfterJump();
    this.#setState('running');
  }

  /** Makes the run what it was at a checkpoint; publishes nothing. */
  restore(checkpoint: Checkpoint): void {
    this.#course.restoreCheckpoint(checkpoint);
    this.#jumps.restore(checkpoint);
    this.#schedule.interventions.restore(checkpoint.cancelled);
    this.#publisher.restore(checkpoint.threshold);
    const { diverged } = this.#course;
    this.#state = diverged ? 'diverged' : this.#schedule.isEnd(this.step) ? 'done' : 'running';
  }

  /** Has the run make no interventions by itself until it continues: it follows a log, which has those that were made. */
  followLog(): void {
    this.#schedule.interventions.suspend();
  }

  /**
   * Goes on after a log has been followed to its end, where it had trained for `trainedSeconds`. `unlogged`: what the run
   * said there and the log does not have; `summary`: what is not as it was.
   */
  continue(trainedSeconds: number, unlogged: readonly (Frame | RunEvent)[] = [], summary?: string): void {
    this.#publisher.clock.goOnFrom(trainedSeconds);
    this.#publisher.event({ event: 'continued', ...(summary === undefined ? {} : { summary }) });
    for (const message of unlogged) this.#publisher.message(message);
    this.#schedule.interventions.resume();
    this.#setState(this.#state);
    if (this.#state === 'running') this.#intervene();
  }

  /** Trains at most this many steps, and no further than the next step at which something is due; publishes that. */
  advance(steps: number): void {
    if (this.isWaiting) return;
    this.#publisher.clock.measure(() => {
      const target = Math.min(this.step + steps, this.#schedule.nextAfter(this.step));
      const { losses, diverged } = this.#course.train(target - this.step, this.#publisher.batchLosses);
      this.#publisher.batchLosses = losses;
      if (diverged) this.#diverge();
      else this.#doWhatIsDue();
      return this.step;
    });
  }

  /** Applies a command now, between steps. A command that makes no sense is answered by a `refused` event. */
  handle(command: Command): void {
    switch (command.type) {
      case 'pause':
        if (this.#state === 'running') this.#pause();
        break;
      case 'resume':
        this.#resume();
        break;
      case 'advance':
        this.#advanceBy(command.by);
        break;
      case 'perturb':
        this.#changes.perturb(command.perturbation, command.intervention);
        break;
      case 'preview':
        this.#changes.preview(command.perturbation);
        break;
      case 'undo':
        this.#showJump(this.#jumps.undo());
        break;
      case 'redo':
        this.#showJump(this.#jumps.redo());
        break;
      case 'rewind':
        this.#showJump(this.#jumps.rewind(command.step, command.changes));
        break;
      case 'set-learning-rate':
        this.#changes.setLearningRate(command.learningRate, command.intervention);
        break;
      case 'set-breakpoints':
        this.#schedule.breakpoints.set(command.breakpoints);
        break;
      case 'set-threshold':
        this.#setThreshold(command.threshold);
        break;
      default:
        this.#publisher.watch(command);
    }
  }

  /** Ends the run early; its last event says why. */
  stop(reason: string): void {
    if (this.#state === 'running' || this.#state === 'paused')
      this.#publisher.event({ event: 'stopped', summary: reason });
  }

  /** Starts a control here: what it starts from. */
  startControl(): Snapshot {
    const snapshot = this.#jumps.startControl();
    if (!this.isFramed) this.#publisher.frame();
    this.#publisher.event({ event: 'forked' });
    return snapshot;
  }

  /** Puts the run on its control's course, to the control's state, or to a step that the control has come to. */
  promoteControl(to: Snapshot | number): void {
    this.#showJump(this.#jumps.promoteControl(to));
  }

  /** The whole state, as it is now. */
  takeSnapshot(): Snapshot {
    return this.#course.takeSnapshot();
  }

  /** All that a run needs to go on from here, in another process too. */
  checkpoint(): Checkpoint {
    return {
      snapshot: this.takeSnapshot(),
      ...this.#jumps.state,
      cancelled: this.#schedule.interventions.cancelled,
      threshold: this.#publisher.threshold,
      perturbationRandom: this.#course.perturbationRandom,
    };
  }

  /** Sets the step at which the run waits, and whether it shows a frame there in any case, until another is set. */
  hold(step: number, isShown: boolean): void {
    this.#schedule.holdAt(step, isShown);
  }

  dispose(): void {
    this.#course.dispose();
  }

  /** What is due at the step just reached: frame, new epoch, intervention, end of the run, pause. */
  #doWhatIsDue(): void {
    const { step } = this;
    const isEnd = this.#schedule.isEnd(step);
    if (this.#schedule.isFrameDue(step)) this.#breakAt(this.#publisher.frame());
    if (this.#schedule.isEpochStart(step)) this.#startEpoch();
    if (this.isFramed) this.#course.keepSnapshot();
    if (!isEnd) this.#intervene();
    if (isEnd && this.#state === 'running') this.#finish();
    else if (this.#schedule.isPauseDue(step)) this.#pause();
  }

  /** Pauses where a breakpoint is reached. */
  #breakAt(published: PublishedFrame | null): void {
    const reason = published && this.#schedule.breakpoints.reasonAt(published, this.#publisher.threshold);
    if (reason === null) return;
    this.#publisher.event({ event: 'breakpoint', summary: reason });
    this.#schedule.pauseAt(this.step);
  }

  #startEpoch(): void {
    const { from, to } = this.#course.startEpoch();
    if (from !== to) this.#publisher.event({ event: 'learning-rate', from, to, cause: 'schedule' });
  }

  /** Makes the interventions that are due at this step. */
  #intervene(): void {
    const { interventions } = this.#schedule;
    for (const intervention of interventions.dueAt(this.step, this.#course.changes))
      this.handle({ ...interventions.interventions[intervention].command, intervention });
  }

  #finish(): void {
    this.#publisher.event({ event: 'done' });
    this.#setState('done');
  }

  #diverge(): void {
    this.#setState('diverged');
    this.#publisher.frame();
    const summary = 'the loss of a batch is no longer a finite number';
    this.#publisher.event({ event: 'diverged', summary });
  }

  #pause(): void {
    this.#schedule.cancelPause();
    if (!this.isFramed) this.#publisher.frame();
    if (this.#state !== 'running') return;
    this.#publisher.event({ event: 'paused' });
    this.#setState('paused');
  }

  #resume(): void {
    if (this.#state === 'paused') {
      this.#publisher.event({ event: 'resumed' });
      this.#setState('running');
    } else if (this.#state !== 'running') this.#publisher.refuse(endedReasons[this.#state]);
  }

  #advanceBy(by: 'step' | 'epoch'): void {
    if (this.#state === 'done' || this.#state === 'diverged') {
      this.#publisher.refuse(endedReasons[this.#state]);
      return;
    }
    const { stepsPerEpoch } = this.header.experiment;
    this.#schedule.pauseAt(by === 'step' ? this.step + 1 : (this.#course.epoch + 1) * stepsPerEpoch);
    this.#setState('running');
  }

  #setThreshold(threshold: number): void {
    this.#publisher.threshold = threshold;
    this.#publisher.event({ event: 'threshold', threshold });
    this.#publisher.frame();
  }

  /** Publishes where a jump has led to; an ended run that has steps to train again waits there, one at its end is done. */
  #showJump(outcome: JumpOutcome): void {
    if ('refused' in outcome) {
      this.#publisher.refuse(outcome.refused);
      return;
    }
    this.#schedule.cancelPause();
    this.#publisher.message(outcome);
    const isEnd = this.#schedule.isEnd(this.step);
    const wasDone = isEnd && this.#state === 'done';
    const state = this.#state === 'running' || wasDone ? this.#state : 'paused';
    this.#setState(this.#course.diverged ? 'diverged' : state);
    this.#publisher.frameAfterJump();
    if (isEnd && !wasDone && !this.#course.diverged) this.#finish();
  }

  #setState(state: RunState): void {
    this.#state = state;
    this.#publisher.state(state);
  }
}
