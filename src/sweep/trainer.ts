import {
  createEngine,
  type Engine,
  type EngineDescription,
  type EngineRequest,
  type LayerCorrelations,
  noLosses,
} from '../engine/index.js';
import { type Experiment, learningRateInEpoch } from '../experiment/index.js';
import {
  bestMatchOfStudent,
  bestMatchOfTeacher,
  contributionNormsOf,
  fanOutNorms,
  isSpecialized,
} from '../net/index.js';
import {
  type DrawnInputs,
  drawInputsOnce,
  nextTrainingSamples,
  noFiles,
  type PreparedRun,
  type Problem,
  prepareRun,
} from '../problem/index.js';
import type { EpochRecord, LayerResult, SweepResult } from './result.js';

/** What a run records beside its experiment, from the sweep's file. */
export type RecordingSettings = {
  readonly threshold: number;
  readonly earlyEpoch: number;
  readonly curveSamples: number;
  readonly measureAt?: readonly number[] | undefined;
  readonly stopWhenAllSpecializedFor: number | null;
};

/** The part of a result that the training makes. */
export type TrainingRecord = Pick<SweepResult, 'status' | 'reason' | 'steps' | 'epochs' | 'layers'> & {
  readonly engine: EngineDescription;
};

/**
 * Epochs after which every teacher node's best match is measured: the early and the last one, each that doubles the
 * one before, and those asked for; not all, for evaluation costs as much as a third of a short epoch.
 */
export const measuredEpochs = (
  epochs: number,
  { earlyEpoch, measureAt = [] }: Pick<RecordingSettings, 'earlyEpoch' | 'measureAt'>,
): ReadonlySet<number> => {
  const measured = new Set([0, Math.min(earlyEpoch, epochs), epochs, ...measureAt]);
  for (let epoch = 1; epoch < epochs; epoch *= 2) measured.add(epoch);
  return measured;
};

/** Six digits; NaN stands for whatever is not finite, as in the file. */
const significant = (value: number): number =>
  Number.isFinite(value) ? Number(value.toPrecision(6)) + 0 : Number.NaN;
const rounded = (values: Float64Array): number[] => Array.from(values, significant);

/** Best matches of either network's nodes, lowest layer first. */
const bestMatches = (layers: readonly LayerCorrelations[], of: typeof bestMatchOfTeacher): number[][] =>
  layers.map(({ teachers, students, correlation }) =>
    rounded(of({ rows: teachers, columns: students, data: correlation }).correlation),
  );

/** Training samples over which sqrt(E beta_kk) is a mean. */
const contributionSamples = 100;

/** `onEvaluationSet`: of the student as it is. */
const layersOf = (
  engine: Engine,
  onEvaluationSet: readonly LayerCorrelations[],
  { teacher, trainingSet }: Problem,
): LayerResult[] => {
  const { student } = engine.readState();
  const contributions =
    student.hidden.length > 1 ? contributionNormsOf(student, trainingSet, contributionSamples) : null;
  const onTraining = bestMatches(engine.correlations('train'), bestMatchOfStudent);
  const onEvaluation = bestMatches(onEvaluationSet, bestMatchOfStudent);
  return onTraining.map((bestMatchTrain, layer) => ({
    teacherStrength: rounded(fanOutNorms(teacher, layer)),
    bestMatchTrain,
    bestMatchEval: onEvaluation[layer],
    fanOutNorm: rounded(fanOutNorms(student, layer)),
    ...(contributions ? { contributionNorm: rounded(contributions[layer]) } : {}),
  }));
};

/** One run in progress: trains an epoch at a time and records what is due after it. */
class Training {
  readonly #experiment: Experiment;
  readonly #settings: RecordingSettings;
  readonly #engine: Engine;
  readonly #prepared: PreparedRun;
  readonly #measured: ReadonlySet<number>;
  readonly #records: EpochRecord[] = [];
  /** Correlations of the student as it is now; null until they are asked for. */
  #onEvaluationSet: readonly LayerCorrelations[] | null = null;
  #steps = 0;
  #specializedFor = 0;

  constructor(experiment: Experiment, settings: RecordingSettings, engine: Engine, prepared: PreparedRun) {
    this.#experiment = experiment;
    this.#settings = settings;
    this.#engine = engine;
    this.#prepared = prepared;
    this.#measured = measuredEpochs(experiment.epochs, settings);
  }

  record(onEpoch: (epoch: number) => void): TrainingRecord {
    const { epochs } = this.#experiment;
    this.#note(0, this.#engine.loss('train'));
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const finite = this.#trainEpoch(epoch);
      onEpoch(epoch);
      if (!finite) return this.#finish('diverged', 'the loss of a batch is no longer a finite number');
      const patience = this.#settings.stopWhenAllSpecializedFor;
      if (patience !== null && this.#specializedFor >= patience && epoch < epochs)
        return this.#finish('stopped', `all teacher nodes specialized at ${patience} measured epochs`);
    }
    return this.#finish('done', '');
  }

  /** Trains the epoch that ends as number `epoch` and records it; false when it diverged. */
  #trainEpoch(epoch: number): boolean {
    const { stepsPerEpoch, regenerateData } = this.#experiment;
    if (regenerateData && epoch > 1)
      this.#engine.setTrainingSet(nextTrainingSamples(this.#experiment, this.#prepared.trainData));
    this.#engine.setLearningRate(learningRateInEpoch(this.#experiment, epoch - 1));
    this.#onEvaluationSet = null;
    const { steps, diverged, losses } = this.#engine.train(stepsPerEpoch, noLosses);
    this.#steps += steps;
    this.#note(epoch, losses.sum / losses.steps);
    return !diverged;
  }

  #note(epoch: number, trainLoss: number): void {
    const bestMatchOfTeacher = this.#measured.has(epoch) ? this.#measure() : null;
    const evalLoss = this.#engine.loss('eval', this.#settings.curveSamples);
    this.#records.push({
      epoch,
      trainLoss: significant(trainLoss),
      evalLoss: significant(evalLoss),
      bestMatchOfTeacher,
    });
  }

  #measure(): number[][] {
    const best = bestMatches(this.#correlations, bestMatchOfTeacher);
    const all = best.flat().every((value) => isSpecialized(value, this.#settings.threshold));
    this.#specializedFor = all ? this.#specializedFor + 1 : 0;
    return best;
  }

  /** Of the student as it is now on the evaluation set. */
  get #correlations(): readonly LayerCorrelations[] {
    this.#onEvaluationSet ??= this.#engine.correlations('eval');
    return this.#onEvaluationSet;
  }

  #finish(status: SweepResult['status'], reason: string): TrainingRecord {
    const last = this.#records[this.#records.length - 1];
    if (last.bestMatchOfTeacher === null)
      this.#records[this.#records.length - 1] = { ...last, bestMatchOfTeacher: this.#measure() };
    return {
      engine: this.#engine.description,
      status,
      reason,
      steps: this.#steps,
      epochs: this.#records,
      layers: layersOf(this.#engine, this.#correlations, this.#prepared.problem),
    };
  }
}

/** Trains experiments one after another; those of one seed share the inputs that were drawn for the first. */
export class Trainer {
  #inputs: DrawnInputs | null = null;

  /** Calls back after every epoch. Errors: UserError where the engine cannot run the experiment. */
  async train(
    experiment: Experiment,
    settings: RecordingSettings,
    choice: EngineRequest,
    onEpoch: (epoch: number) => void,
  ): Promise<TrainingRecord> {
    this.#inputs = drawInputsOnce(experiment, this.#inputs);
    const prepared = prepareRun(experiment, noFiles, this.#inputs);
    const engine = await createEngine(prepared.problem, { ...choice, precision: experiment.precision });
    try {
      return new Training(experiment, settings, engine, prepared).record(onEpoch);
    } finally {
      engine.dispose();
    }
  }
}
