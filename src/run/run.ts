import { type BatchLosses, type Engine, type EngineState, noLosses, type Problem } from '../engine/engine.js';
import { initialTrainingSet, nextTrainingSet, type PreparedRun } from '../engine/problem.js';
import { resolveFrameEvery, totalSteps } from '../experiment/cadence.js';
import type { Experiment } from '../experiment/experiment.js';
import { type RandomState, RandomStream } from '../experiment/random.js';
import { fanOutNorms, hiddenLayerCount, nodesOf } from '../net/network.js';
import { takeFrame } from './frame.js';
import { initialRate, type RateSetting, rateInEpoch } from './learning-rate.js';
import { perturb, perturbationProblem } from './perturbation.js';
import {
  type Command,
  type Frame,
  formatVersion,
  type Header,
  type Perturbation,
  type RunEvent,
  type RunMessage,
  type RunState,
} from './protocol.js';
import { judge, noneSpecialized, type Specialized } from './specialization.js';
import { Speedometer } from './speedometer.js';

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
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
  readonly publish: (message: RunMessage) => void;
};

/** Where the current training set came from: the start of the run, or the stream's state before it was drawn. */
type TrainingSetOrigin =
  | { readonly kind: 'initial' }
  | { readonly kind: 'drawn'; readonly from: RandomState };

/** Everything that undo brings back. */
type Checkpoint = {
  readonly summary: string;
  readonly step: number;
  readonly engine: EngineState;
  readonly trainData: RandomState;
  readonly trainingSetOrigin: TrainingSetOrigin;
  readonly rate: RateSetting;
  readonly specialized: Specialized;
};

/** Perturbations that can be undone; older ones are forgotten. */
const undoDepth = 16;

/**
 * One training run: the schedule around an engine, and what it publishes.
 *
 * Has no thread and no clock of its own. `advance` trains, `handle` applies a command between steps. Nothing
 * that is published depends on how the steps are cut into calls, save the readings of the clock.
 */
export class Run {
  readonly header: Header;
  readonly #experiment: Experiment;
  readonly #engine: Engine;
  readonly #clock: () => number;
  readonly #publish: (message: RunMessage) => void;
  readonly #perturbationRandom: RandomStream;
  readonly #speedometer = new Speedometer();
  readonly #checkpoints: Checkpoint[] = [];
  #trainData: RandomStream;
  #trainingSetOrigin: TrainingSetOrigin = { kind: 'initial' };
  #step = 0;
  /** Since the last frame. */
  #batchLosses: BatchLosses = noLosses;
  #state: RunState = 'running';
  /** Step to pause at, when `advance by` asked for it. */
  #pauseAt = Number.POSITIVE_INFINITY;
  #rate: RateSetting;
  #threshold: number;
  #specialized: Specialized;
  #trainingMs = 0;
  /** Step of the last frame. */
  #framed: number | null = null;

  constructor({ identity, experiment, engine, prepared, threshold, clock, publish }: RunOptions) {
    this.#experiment = experiment;
    this.#engine = engine;
    this.#clock = clock;
    this.#publish = publish;
    this.#threshold = threshold;
    this.#rate = initialRate(experiment);
    this.#trainData = prepared.trainData;
    this.#perturbationRandom = RandomStream.of(experiment.seed, 'perturbation');
    this.header = {
      type: 'header',
      formatVersion,
      ...identity,
      experiment,
      engine: engine.description,
      frameEvery: resolveFrameEvery(experiment),
      totalSteps: totalSteps(experiment),
      threshold,
      teacherStrength: teacherStrength(prepared.problem),
      studentNodes: studentNodes(prepared.problem),
    };
    this.#specialized = noneSpecialized(this.header.teacherStrength.map((nodes) => nodes.length));
  }

  get step(): number {
    return this.#step;
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

  /** Publishes the header and the frame at step 0; nothing is trained yet. */
  start(): void {
    this.#publish(this.header);
    this.#publishFrame();
    this.#setState('running');
  }

  /** Trains at most this many steps, and no further than the next frame or epoch; publishes what is due there. */
  advance(steps: number): void {
    if (this.#state !== 'running') return;
    const started = this.#clock();
    const target = Math.min(this.#step + steps, this.#nextBoundary());
    const report = this.#engine.train(target - this.#step, this.#batchLosses);
    this.#step += report.steps;
    this.#batchLosses = report.losses;
    if (report.diverged) this.#diverge();
    else this.#arrive();
    this.#trainingMs += this.#clock() - started;
    this.#speedometer.mark(this.trainingSeconds, this.#step);
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
        this.#perturb(command.perturbation);
        return;
      case 'undo':
        this.#undo();
        return;
      case 'set-learning-rate':
        this.#changeLearningRate(command.learningRate);
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

  dispose(): void {
    this.#engine.dispose();
  }

  #nextBoundary(): number {
    const { frameEvery, totalSteps: last } = this.header;
    const multipleAfter = (period: number): number => (Math.floor(this.#step / period) + 1) * period;
    return Math.min(
      multipleAfter(frameEvery),
      multipleAfter(this.#experiment.stepsPerEpoch),
      this.#pauseAt,
      last,
    );
  }

  /** What is due at the step just reached: frame, new epoch, end of the run, pause. */
  #arrive(): void {
    const { frameEvery, totalSteps: last } = this.header;
    const done = this.#step === last;
    if (done || this.#step % frameEvery === 0) this.#publishFrame();
    if (!done && this.#step % this.#experiment.stepsPerEpoch === 0) this.#startEpoch();
    if (done && this.#state === 'running') this.#finish();
    else if (this.#step >= this.#pauseAt) this.#pause();
  }

  #startEpoch(): void {
    if (this.#experiment.regenerateData) {
      this.#trainingSetOrigin = { kind: 'drawn', from: Uint32Array.from(this.#trainData.state) };
      this.#engine.setTrainingSet(nextTrainingSet(this.#experiment, this.#trainData));
    }
    const from = rateInEpoch(this.#rate, this.#experiment, this.#epoch - 1);
    const to = this.#learningRate;
    if (from === to) return;
    this.#engine.setLearningRate(to);
    this.#event({ event: 'learning-rate', from, to, cause: 'schedule' });
  }

  get #epoch(): number {
    return Math.floor(this.#step / this.#experiment.stepsPerEpoch);
  }

  /** The learning rate of the current epoch; of the last one when the run is done. */
  get #learningRate(): number {
    const epoch = Math.min(this.#epoch, this.#experiment.epochs - 1);
    return rateInEpoch(this.#rate, this.#experiment, epoch);
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
    if (this.#framed !== this.#step) this.#publishFrame();
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
    this.#pauseAt = by === 'step' ? this.#step + 1 : (this.#epoch + 1) * stepsPerEpoch;
    this.#setState('running');
  }

  #endedBecause(): string {
    return this.#state === 'done'
      ? 'the run is done: restart it, or choose another preset'
      : 'the run has diverged: undo, restart, or choose another preset';
  }

  #perturb(perturbation: Perturbation): void {
    const { teacherStrength } = this.header;
    const problem =
      this.#state === 'diverged'
        ? this.#endedBecause()
        : perturbationProblem(
            perturbation,
            teacherStrength.map((nodes) => nodes.length),
          );
    if (problem !== null) {
      this.#refuse(problem);
      return;
    }
    const before = this.#engine.readState();
    const state = this.#engine.readState();
    const summary = perturb(state.student, perturbation, {
      layers: this.#engine.evaluate('eval').layers,
      threshold: this.#threshold,
      initialScale: 'studentScale' in this.#experiment ? this.#experiment.studentScale : null,
      random: this.#perturbationRandom,
    });
    this.#keepCheckpoint(before, summary);
    this.#engine.writeState(state);
    this.#event({ event: 'perturbed', perturbation, threshold: this.#threshold, summary });
    this.#publishFrame();
  }

  #keepCheckpoint(engine: EngineState, summary: string): void {
    this.#checkpoints.push({
      summary,
      step: this.#step,
      engine,
      trainData: Uint32Array.from(this.#trainData.state),
      trainingSetOrigin: this.#trainingSetOrigin,
      rate: this.#rate,
      specialized: this.#specialized,
    });
    if (this.#checkpoints.length > undoDepth) this.#checkpoints.shift();
  }

  #undo(): void {
    const checkpoint = this.#checkpoints.pop();
    if (!checkpoint) {
      this.#refuse('there is no perturbation to undo');
      return;
    }
    const from = this.#step;
    this.#restore(checkpoint);
    const { step: toStep, summary } = checkpoint;
    this.#publish({ type: 'event', step: from, event: 'undone', toStep, summary: `undid: ${summary}` });
    const ended = this.#state === 'diverged' || (this.#state === 'done' && toStep < this.header.totalSteps);
    this.#setState(ended ? 'paused' : this.#state);
    this.#publishFrame();
  }

  #restore(checkpoint: Checkpoint): void {
    this.#restoreTrainingSet(checkpoint.trainingSetOrigin);
    this.#trainData = new RandomStream(checkpoint.trainData);
    this.#engine.writeState(checkpoint.engine);
    this.#step = checkpoint.step;
    this.#rate = checkpoint.rate;
    this.#specialized = checkpoint.specialized;
    this.#pauseAt = Number.POSITIVE_INFINITY;
    this.#batchLosses = noLosses;
    this.#speedometer.reset();
  }

  #restoreTrainingSet(origin: TrainingSetOrigin): void {
    if (origin === this.#trainingSetOrigin) return;
    this.#trainingSetOrigin = origin;
    this.#engine.setTrainingSet(
      origin.kind === 'initial'
        ? initialTrainingSet(this.#experiment)
        : nextTrainingSet(this.#experiment, new RandomStream(origin.from)),
    );
  }

  #changeLearningRate(learningRate: number): void {
    if (!(learningRate > 0 && Number.isFinite(learningRate))) {
      this.#refuse(`learning rate ${learningRate}: allowed are positive numbers`);
      return;
    }
    const from = this.#learningRate;
    this.#rate = { learningRate, sinceEpoch: Math.min(this.#epoch, this.#experiment.epochs - 1) };
    this.#engine.setLearningRate(learningRate);
    this.#event({ event: 'learning-rate', from, to: learningRate, cause: 'key' });
  }

  #changeThreshold(threshold: number): void {
    this.#threshold = threshold;
    this.#event({ event: 'threshold', threshold });
    this.#publishFrame();
  }

  #refuse(summary: string): void {
    this.#event({ event: 'refused', summary });
  }

  #publishFrame(): void {
    const frame = this.#frame(this.#batchLosses);
    this.#batchLosses = noLosses;
    this.#framed = this.#step;
    this.#publish(frame);
    if (this.#state === 'diverged') return;
    const { specialized, events } = judge(this.#specialized, frame.layers, this.#threshold, this.#step);
    this.#specialized = specialized;
    for (const event of events) this.#publish(event);
  }

  /** What a frame published now would say, minibatch losses left out; publishes nothing. */
  frame(): Frame {
    return this.#frame(noLosses);
  }

  #frame(batchLosses: BatchLosses): Frame {
    return takeFrame(this.#engine, this.#experiment, {
      step: this.#step,
      epoch: this.#step / this.#experiment.stepsPerEpoch,
      learningRate: this.#learningRate,
      stepsPerSecond: this.stepsPerSecond,
      trainingSeconds: this.trainingSeconds,
      batchLosses,
    });
  }

  #event(event: RunEventBody): void {
    this.#publish({ type: 'event', step: this.#step, ...event });
  }

  #setState(state: RunState): void {
    this.#state = state;
    this.#publish({ type: 'status', state, step: this.#step });
  }
}

/** ||v*_j|| of the teacher nodes that the metrics are about, by layer. */
const teacherStrength = (problem: Problem): number[][] =>
  Array.from({ length: hiddenLayerCount(problem.teacher) }, (_, layer) => {
    const norms = Array.from(fanOutNorms(problem.teacher, layer));
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
