import type { BatchLosses, Engine, ReadableEngine, StepReport } from '../../engine/index.js';
import { type Experiment, totalSteps } from '../../experiment/index.js';
import { type Matrix, type Network, type Product, RandomStream } from '../../net/index.js';
import {
  nextTrainingSamples,
  type PreparedRun,
  type Problem,
  type TrainingSamples,
} from '../../problem/index.js';
import { isConditionChange, type Perturbation } from '../../protocol/index.js';
import {
  type ConditionChange,
  changeConditions,
  conditionChanges,
} from '../perturbations/condition-change.js';
import { perturb } from '../perturbations/perturb.js';
import type { Checkpoint } from './checkpoint.js';
import { type Conditions, conditionsOf, problemUnder, samplesUnder } from './conditions.js';
import type { Change } from './course-change.js';
import { initialRate, type RateSetting, rateInEpoch } from './learning-rate.js';
import type { Position } from './position.js';
import { type Snapshot, Snapshots, type TrainingSetOrigin } from './snapshots.js';

type CourseOptions = {
  readonly experiment: Experiment;
  /** Built from `prepared.problem`; the course owns it from here on. */
  readonly engine: Engine;
  readonly prepared: PreparedRun;
  /** Steps between snapshots at first. */
  readonly snapshotEvery: number;
};

/** What a change depends on beside the command and the state it is applied to. */
type ChangeContext = { readonly threshold: number; readonly random: RandomStream };

/**
 * The course of a training run: its state, the changes that were made on the way, and the way back to any position on it.
 *
 * Everything here follows from the experiment and the changes, bit for bit; nothing is published and no clock is read.
 */
export class Course {
  readonly #experiment: Experiment;
  /** As the run started; what the changes on the way here have made of it is `#problem`. */
  readonly #initial: Problem;
  readonly #snapshots: Snapshots;
  #engine: Engine;
  #problem: Problem;
  #conditions: Conditions;
  /** The changes that led to the conditions, as a key. */
  #conditionsKey = noChanges;
  #trainData: RandomStream;
  /** Of passes in double precision, with the bits of the plain product. */
  readonly product: Product;
  /** Perturbations draw from it. A jump does not change it: a perturbation made again after an undo draws anew. */
  #perturbationRandom: RandomStream;
  #trainingSetOrigin: TrainingSetOrigin = { kind: 'initial' };
  #rate: RateSetting;
  #step = 0;
  #changes: readonly Change[] = [];
  #diverged = false;

  constructor({ experiment, engine, prepared, snapshotEvery }: CourseOptions) {
    this.#experiment = experiment;
    this.#initial = prepared.problem;
    this.#problem = prepared.problem;
    this.#conditions = conditionsOf(prepared.problem);
    this.#engine = engine;
    this.#trainData = prepared.trainData;
    this.product = prepared.product;
    this.#perturbationRandom = RandomStream.of(experiment.seed, 'perturbation');
    this.#rate = initialRate(experiment);
    this.#snapshots = new Snapshots(this.takeSnapshot(), snapshotEvery);
  }

  get step(): number {
    return this.#step;
  }

  /** In whole epochs. */
  get epoch(): number {
    return Math.floor(this.#step / this.#experiment.stepsPerEpoch);
  }

  /** Those on the way here, without those that were undone. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  get position(): Position {
    return { step: this.#step, changes: this.#changes };
  }

  /** Whether the latest batch had a loss that is not finite. */
  get diverged(): boolean {
    return this.#diverged;
  }

  /** The learning rate of the current epoch; of the last one when the run is done. */
  get learningRate(): number {
    return rateInEpoch(this.#rate, this.#experiment, this.#currentEpoch);
  }

  /** Evaluates the current student. Valid until the next change, restore or jump. */
  get engine(): ReadableEngine {
    return this.#engine;
  }

  /** What the student is trained on now. */
  get problem(): Problem {
    return this.#problem;
  }

  /** The current teacher; the same object as at the start while nothing has changed it. */
  get teacher(): Network {
    return this.#conditions.teacher;
  }

  /** Trains at most to the end of the epoch. `before`: the losses to go on adding to. */
  train(steps: number, before?: BatchLosses): StepReport {
    const report = this.#engine.train(steps, before);
    this.#step += report.steps;
    this.#diverged = report.diverged;
    return report;
  }

  /** Draws data and sets the rate for the epoch that starts here; the rates before and after. */
  startEpoch(): { readonly from: number; readonly to: number } {
    if (this.#experiment.regenerateData) {
      this.#trainingSetOrigin = { kind: 'drawn', from: Uint32Array.from(this.#trainData.state) };
      this.#engine.setTrainingSet(
        samplesUnder(nextTrainingSamples(this.#experiment, this.#trainData), this.#conditions),
      );
    }
    const from = rateInEpoch(this.#rate, this.#experiment, this.epoch - 1);
    const to = this.learningRate;
    if (from !== to) this.#engine.setLearningRate(to);
    return { from, to };
  }

  /** State of the stream that perturbations draw from. */
  get perturbationRandom(): readonly number[] {
    return Array.from(this.#perturbationRandom.state);
  }

  /** Makes a change here. `intervention`: which of the experiment's it is. */
  change(command: Change['command'], threshold: number, intervention?: number): Change {
    const random = this.#perturbationRandom;
    const before = Array.from(random.state);
    const summary = this.#apply(command, { threshold, random });
    const by = intervention === undefined ? {} : { intervention };
    const change = { step: this.#step, command, summary, threshold, random: before, ...by };
    this.#append(change);
    return change;
  }

  /** Says what a perturbation would do here, in one line, and does nothing. */
  preview(perturbation: Perturbation, threshold: number): string {
    const random = new RandomStream(this.#perturbationRandom.state);
    return isConditionChange(perturbation)
      ? changeConditions(this.#conditions, perturbation, random).summary
      : this.#perturbed(perturbation, { threshold, random }).summary;
  }

  /** The whole state, as it is now. */
  takeSnapshot(): Snapshot {
    return {
      ...this.position,
      engine: this.#engine.readState(),
      trainData: Uint32Array.from(this.#trainData.state),
      trainingSetOrigin: this.#trainingSetOrigin,
      rate: this.#rate,
      diverged: this.#diverged,
    };
  }

  /** Keeps a snapshot of this step where one is due. */
  keepSnapshot(): void {
    if (this.#snapshots.isDue(this.#step)) this.#snapshots.add(this.takeSnapshot());
  }

  /** Keeps a snapshot of now, to which a jump is likely, and returns it. */
  pin(): Snapshot {
    const snapshot = this.takeSnapshot();
    this.#snapshots.pin(snapshot);
    return snapshot;
  }

  /** Restores what another process has left; snapshots of this one say nothing of it. */
  restoreCheckpoint({ snapshot, perturbationRandom }: Checkpoint): void {
    this.#snapshots.clear();
    this.restore(snapshot);
    this.#perturbationRandom = new RandomStream(Uint32Array.from(perturbationRandom));
  }

  restore(snapshot: Snapshot): void {
    this.#changes = snapshot.changes;
    this.#updateConditions();
    this.#restoreTrainingSet(snapshot.trainingSetOrigin);
    this.#trainData = new RandomStream(snapshot.trainData);
    this.#engine.writeState(snapshot.engine);
    this.#step = snapshot.step;
    this.#rate = snapshot.rate;
    this.#diverged = snapshot.diverged;
  }

  /** Makes the run what it was, or would have been, at a position: from the nearest snapshot on. */
  goTo(position: Position): void {
    const nearest = this.#snapshots.nearest(position);
    this.restore(nearest);
    for (const change of position.changes.slice(nearest.changes.length)) {
      this.#trainTo(change.step);
      const random = new RandomStream(Uint32Array.from(change.random));
      this.#apply(change.command, { threshold: change.threshold, random });
      this.#append(change);
    }
    this.#trainTo(position.step);
  }

  dispose(): void {
    this.#engine.dispose();
  }

  /** The current epoch; the last one when the run is done. */
  get #currentEpoch(): number {
    return Math.min(this.epoch, this.#experiment.epochs - 1);
  }

  #trainTo(step: number): void {
    const { stepsPerEpoch } = this.#experiment;
    while (this.#step < step && !this.#diverged) {
      const epochEnd = (this.epoch + 1) * stepsPerEpoch;
      this.train(Math.min(step, epochEnd) - this.#step);
      if (!this.#diverged && this.#step === epochEnd && this.#step < totalSteps(this.#experiment))
        this.startEpoch();
    }
  }

  /** Does to the engine what a change does at once; a change of conditions takes effect when it is appended. */
  #apply(command: Change['command'], context: ChangeContext): string {
    if (command.type === 'set-learning-rate') return this.#setRate(command.learningRate);
    const { perturbation } = command;
    if (isConditionChange(perturbation))
      return changeConditions(this.#conditions, perturbation, context.random).summary;
    const { state, summary } = this.#perturbed(perturbation, context);
    this.#engine.writeState(state);
    return summary;
  }

  #append(change: Change): void {
    this.#changes = [...this.#changes, change];
    this.#updateConditions();
  }

  #setRate(learningRate: number): string {
    this.#rate = { learningRate, sinceEpoch: this.#currentEpoch };
    this.#engine.setLearningRate(learningRate);
    return `learning rate ${learningRate}`;
  }

  /** A copy of the engine's state, perturbed, and what was done to it. Advances `random`. */
  #perturbed(perturbation: Exclude<Perturbation, ConditionChange>, { threshold, random }: ChangeContext) {
    const state = this.#engine.readState();
    const engine = this.#engine;
    const summary = perturb(state.student, perturbation, {
      /** Evaluated only for a perturbation that asks for it. */
      get layers() {
        return engine.evaluate('eval').layers;
      },
      threshold,
      initialScale: 'studentScale' in this.#experiment ? this.#experiment.studentScale : null,
      random,
    });
    return { state, summary };
  }

  /** Makes the conditions those of the changes on the way here. */
  #updateConditions(): void {
    const changes = conditionChanges(this.#changes);
    const key = JSON.stringify(changes);
    if (key === this.#conditionsKey) return;
    this.#conditionsKey = key;
    this.#conditions = changes.reduce(
      (conditions, { change, random }) =>
        changeConditions(conditions, change, new RandomStream(Uint32Array.from(random))).conditions,
      conditionsOf(this.#initial),
    );
    this.#problem = problemUnder(this.#initial, this.#conditions, this.trainingSamples);
    const state = this.#engine.readState();
    this.#engine = this.#engine.rebuild(this.#problem);
    this.#engine.writeState(state);
  }

  /** The training set of the current epoch, under the current conditions. */
  get trainingSet(): Matrix {
    return this.trainingSamples.trainingSet;
  }

  /** The samples of the current epoch, under the current conditions; drawn again each time where epochs draw theirs. */
  get trainingSamples(): TrainingSamples {
    const origin = this.#trainingSetOrigin;
    const samples =
      origin.kind === 'initial'
        ? this.#initial
        : nextTrainingSamples(this.#experiment, new RandomStream(origin.from));
    return samplesUnder(samples, this.#conditions);
  }

  #restoreTrainingSet(origin: TrainingSetOrigin): void {
    const current = this.#trainingSetOrigin;
    if (origin === current || (origin.kind === 'initial' && current.kind === 'initial')) return;
    this.#trainingSetOrigin = origin;
    this.#engine.setTrainingSet(this.trainingSamples);
  }
}

const noChanges = JSON.stringify([]);
