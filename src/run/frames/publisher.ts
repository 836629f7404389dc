import { type BatchLosses, noLosses } from '../../engine/index.js';
import { type Network, RichnessGauge, type Theory } from '../../net/index.js';
import type {
  Command,
  Frame,
  LayerPair,
  OwnHeader,
  RunEvent,
  RunMessage,
  RunState,
} from '../../protocol/index.js';
import type { Course } from '../course/course.js';
import { courseCurvature } from './course-curvature.js';
import { courseClasses, courseLabels } from './course-labels.js';
import { OrderGauge } from './order-gauge.js';
import { pairMessage } from './pair-message.js';
import { PlateauWatch } from './plateau-watch.js';
import { teacherStrength } from './run-header.js';
import { shortened } from './shortened.js';
import { SpecializationWatch } from './specialization.js';
import { takeFrame } from './take-frame.js';
import { TheoryWatch } from './theory-watch.js';
import { TrainingClock } from './training-clock.js';

/** A published frame, and what it showed to have happened. */
export type PublishedFrame = { readonly frame: Frame; readonly events: readonly RunEvent[] };

/** An event without what all events of the current step share. */
type EventBody = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'type' | 'step'> : never) : never;

type PublisherOptions = {
  readonly header: OwnHeader;
  readonly course: Course;
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
  readonly publish: (message: RunMessage) => void;
};

/** Publishes what happens in a run: its frames, events, states and the paper's statements. */
export class Publisher {
  readonly #header: OwnHeader;
  readonly #course: Course;
  readonly #teacherAtStart: Network;
  readonly #publish: (message: RunMessage) => void;
  readonly #specialization: SpecializationWatch;
  #isResting = false;
  readonly #theory: TheoryWatch;
  /** The pair of nodes that is asked about. */
  #pair: LayerPair | null = null;
  /** Null where it is not asked for. */
  readonly #richness: RichnessGauge | null;
  readonly #order: OrderGauge | null;
  readonly #plateaus = new PlateauWatch();
  readonly clock: TrainingClock;
  /** Of the steps since the last frame; training adds to them. */
  batchLosses: BatchLosses = noLosses;
  /** Step of the last frame. */
  #framedStep: number | null = null;

  constructor({ header, course, clock, publish }: PublisherOptions) {
    this.#header = header;
    this.#course = course;
    this.#teacherAtStart = course.teacher;
    this.#publish = publish;
    this.#theory = new TheoryWatch(clock);
    const { engine, problem } = course;
    this.#richness = header.experiment.richness
      ? new RichnessGauge(engine.readState().student, problem.evaluationSet)
      : null;
    this.#order = OrderGauge.of(header.experiment, course);
    this.clock = new TrainingClock(clock);
    const teacherNodes = header.teacherStrength.map((nodes) => nodes.length);
    this.#specialization = new SpecializationWatch(header.threshold, teacherNodes);
  }

  /** Correlation above which a teacher node counts as specialized. */
  get threshold(): number {
    return this.#specialization.threshold;
  }

  set threshold(threshold: number) {
    this.#specialization.threshold = threshold;
  }

  /** Whether a frame of the current step has been published. */
  get isFramed(): boolean {
    return this.#framedStep === this.#course.step;
  }

  /** Publishes a message as it is. */
  message(message: RunMessage): void {
    this.#publish(message);
  }

  /** Publishes an event of the current step. */
  event(event: EventBody): void {
    this.#publish({ type: 'event', step: this.#course.step, ...event });
  }

  /** Publishes why a command is refused. */
  refuse(summary: string): void {
    this.event({ event: 'refused', summary });
  }

  /** Publishes the run's state at the current step, and where it rests the statements there. */
  state(state: RunState): void {
    this.#isResting = state !== 'running';
    this.#publish({ type: 'status', state, step: this.#course.step });
    if (this.#isResting) this.#publishTheory();
  }

  /** Publishes a frame and an event for every teacher node specialized or lost with it, and plateau begun or left; null of a diverged course. */
  frame(): PublishedFrame | null {
    const frame = this.#publishFrame();
    if (this.#course.diverged) return null;
    const plateaus = frame.statements === undefined ? [] : this.#plateaus.eventsOf(frame);
    const events = [...this.#specialization.eventsOf(frame), ...plateaus];
    for (const event of events) this.#publish(event);
    return { frame, events };
  }

  /** Publishes a frame of where the course has jumped to. */
  frameAfterJump(): void {
    this.#restart();
    const frame = this.#publishFrame();
    if (!this.#course.diverged) this.#specialization.reset(frame);
  }

  /** Goes on from a step whose frame has been published before; publishes nothing. */
  restore(threshold: number): void {
    this.#restart();
    this.threshold = threshold;
    if (!this.#course.diverged) this.#specialization.reset(this.takeFrame());
    this.#framedStep = this.#course.step;
  }

  /** Publishes with the frames from now on what is watched beside them, and once at once; or no longer; the curvature once. */
  watch(
    command: Extract<Command, { readonly type: 'watch-theory' | 'watch-pair' | 'measure-curvature' }>,
  ): void {
    if (command.type === 'measure-curvature') {
      const { step } = this.#course;
      this.#publish({ type: 'curvature', step, curvature: courseCurvature(this.#course) });
      return;
    }
    if (command.type === 'watch-pair') {
      this.#pair = command.pair;
      this.#publishPair();
      return;
    }
    this.#theory.set(command.on);
    this.#publishTheory();
  }

  /** A frame of now, without minibatch losses; publishes nothing. */
  takeFrame(): Frame {
    return this.#take(noLosses);
  }

  #publishFrame(): Frame {
    const frame = this.#take(this.batchLosses);
    this.clock.frameTaken();
    this.batchLosses = noLosses;
    this.#framedStep = this.#course.step;
    this.#publishPair();
    this.#publish(frame);
    this.#publishTheory();
    return frame;
  }

  #publishPair(): void {
    if (!this.#pair) return;
    const { problem, engine, step } = this.#course;
    const message = pairMessage(problem, engine.readState().student, step, this.#pair);
    if (message) this.#publish(message);
  }

  /** Publishes the statements, where they are watched and due, and not in the frames. A run that rests is looked at at once. */
  #publishTheory(): void {
    const { step } = this.#course;
    const isDue = this.#isResting ? this.#theory.isBehind(step) : this.#theory.isDue;
    if (!isDue || this.#header.experiment.statements) return;
    const theory = this.#theory.evaluate(this.#course);
    this.#publish({ type: 'theory', step, theory });
  }

  get #statements(): Theory | string {
    return this.#theory.framed(this.#course);
  }

  /** Whether a frame of the current step has the curvature: every so many frames, and at the end. */
  get #isCurvatureDue(): boolean {
    const { experiment, frameEvery, totalSteps } = this.#header;
    const { step } = this.#course;
    if (experiment.curvatureEvery === undefined) return false;
    return step % (frameEvery * experiment.curvatureEvery) === 0 || step === totalSteps;
  }

  /** What was measured on the way to another position says nothing about this one. */
  #restart(): void {
    this.#plateaus.reset();
    this.batchLosses = noLosses;
    this.clock.resetSpeed();
  }

  #take(batchLosses: BatchLosses): Frame {
    const { engine, learningRate, step, problem, teacher } = this.#course;
    const { experiment } = this.#header;
    const isTeacherChanged = teacher !== this.#teacherAtStart;
    const labels = courseLabels(this.#course);
    return takeFrame(engine, experiment, {
      step,
      epoch: step / experiment.stepsPerEpoch,
      learningRate,
      stepsPerSecond: this.clock.stepsPerSecond,
      trainingSeconds: this.clock.trainingSeconds,
      batchLosses,
      ...(labels ? { labels } : {}),
      ...('classCounts' in experiment && experiment.classCounts
        ? { classes: courseClasses(this.#course) }
        : {}),
      ...(experiment.statements ? { statements: this.#statements } : {}),
      ...(this.#richness ? { richness: shortened(this.#richness.of(engine.readState().student)) } : {}),
      ...(this.#order ? { orderParameters: this.#order.measure(this.#course) } : {}),
      ...(this.#isCurvatureDue ? { curvature: courseCurvature(this.#course) } : {}),
      ...(isTeacherChanged ? { teacherStrength: teacherStrength(problem, teacher) } : {}),
    });
  }
}
