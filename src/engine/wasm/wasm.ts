import { initialOptimizerState, type Network, type OptimizerState, trainedArrays } from '../../net/index.js';
import type { Problem, TrainingSamples } from '../../problem/index.js';
import {
  type BatchLosses,
  type Engine,
  type EngineDescription,
  type EngineState,
  type Evaluation,
  type LayerCorrelations,
  noGradientNorms,
  noLosses,
  type Precision,
  type StepReport,
} from '../engine.js';
import {
  type Batches,
  EpochBatches,
  type IndexList,
  kernelBatches,
  type RunSteps,
  runListed,
  sourceAfter,
} from './batches.js';
import { compileBuild } from './builds.js';
import { DataSets, type Stretch, type TeacherSums } from './data-sets.js';
import { fastestBuild } from './fastest-build.js';
import { type CompiledKernels, instantiateKernels, type KernelBuild, type Kernels } from './kernels.js';
import { clearSums, layerCorrelations, layerObservability } from './layer-metrics.js';
import { lineBytes, perPanel } from './memory/memory-layout.js';
import {
  groupRows,
  type Plan,
  type PlannedSet,
  type PlannedTeacher,
  planTask,
  ranks,
} from './memory/memory-plan.js';
import { createMemory, PanelMemory } from './memory/panel-memory.js';
import {
  type LayerMatrix,
  readNetwork,
  readParameters,
  writeNetwork,
  writeParameters,
} from './memory/parameters.js';
import { layerRecords, networkRecord, writeRecords } from './memory/plan-records.js';
import { NetworkPass } from './network-pass.js';
import { studentForms } from './student-forms.js';
import { optimizers, type Task, trainingTask } from './task.js';
import { availableProcessors } from './threads/available-processors.js';
import { Team } from './threads/team.js';
import { TeamOrAlone } from './threads/team-or-alone.js';
import { threadsFor } from './threads/threads-for.js';

/** Which matrices of each layer an optimizer remembers, in the order of its state. */
const moments = ({ optimizer }: Task): readonly LayerMatrix[] => {
  if (optimizer === optimizers.adam) return ['first', 'second'];
  return optimizer === optimizers.momentum ? ['first'] : [];
};

/** A student, its data and its rule in one shared WebAssembly memory, trained by our kernels. */
class WasmEngine implements Engine {
  readonly description: EngineDescription;
  readonly #compiled: CompiledKernels;
  readonly #problem: Problem;
  readonly #evaluationBatch: number;
  readonly #plan: Plan;
  readonly #memory: PanelMemory;
  readonly #kernels: Kernels;
  readonly #network: ReturnType<typeof networkRecord>;
  readonly #layers: ReturnType<typeof layerRecords>;
  readonly #data: DataSets;
  readonly #batches: Batches;
  readonly #list: IndexList;
  readonly #team: Team;
  readonly #teamOrAlone: TeamOrAlone;

  /** Errors: UserError when the problem's memory cannot be had. */
  constructor(problem: Problem, precision: Precision, threads: number, compiled: CompiledKernels) {
    const { trainingSet, evaluationSet, teacher, student } = problem;
    const evaluationBatch = problem.evaluationBatch ?? Math.max(trainingSet.rows, evaluationSet.rows);
    const sizes = { train: trainingSet.rows, evaluation: evaluationSet.rows, evaluationBatch };
    const { plan, layout } = planTask(trainingTask(problem), precision, sizes);
    const shared = createMemory(layout);
    const memory = new PanelMemory(shared, precision);
    writeRecords(plan, memory);
    this.description = { engine: 'wasm', variant: compiled.variant, precision, threads };
    this.#compiled = compiled;
    this.#problem = problem;
    this.#evaluationBatch = evaluationBatch;
    this.#plan = plan;
    this.#memory = memory;
    this.#kernels = instantiateKernels(compiled.module, shared, precision);
    this.#network = networkRecord(memory, plan);
    this.#layers = layerRecords(memory, plan);
    this.#list = { pointer: plan.indices, indices: memory.integers(plan.indices, plan.indexCount) };
    this.#batches = this.#createBatches();
    this.#data = new DataSets(
      { ...problem, evaluationBatch },
      plan,
      memory,
      new NetworkPass(teacher, problem.grid, compiled.module),
    );
    this.#team = new Team(plan, shared, compiled.module, threads);
    this.#teamOrAlone = new TeamOrAlone(threads);
    this.#write(student, initialOptimizerState(problem.rule.optimizer, trainedArrays(student)));
    this.#batches.writeState(problem.samplerState);
    this.setLearningRate(problem.learningRate);
  }

  train(steps: number, before: BatchLosses = noLosses): StepReport {
    return this.#report(before, () => this.#batches.run(steps));
  }

  trainOn(indices: Int32Array): StepReport {
    const { batch, temperature } = this.#plan.task;
    // Given rows come without noise.
    this.#network.set({ temperature: 0 });
    const report = this.#report(noLosses, () => runListed(indices, batch, this.#list, this.#runSteps));
    this.#network.set({ temperature });
    return report;
  }

  evaluate(set: 'train' | 'eval'): Evaluation {
    const { task } = this.#plan;
    const batches = this.#data.batches(set).length;
    const agreement = new Float64Array(ranks);
    clearSums(this.#plan, this.#memory);
    let loss = 0;
    const teacher = this.#data.forEachStretch(set, (stretch) => {
      const hits = this.#hits.fill(0);
      this.#pointAtTeacher(set, stretch);
      loss += this.#lossSum(set, stretch, 1) / (this.#elements(stretch.batchRows) * batches);
      addAgreement(agreement, hits, 100 / (stretch.batchRows * batches));
    });
    return {
      loss,
      layers: this.#correlations(set, teacher).map((correlations, l) => ({
        ...correlations,
        observability: layerObservability(this.#plan, this.#memory, l),
      })),
      topAgreement: task.loss === 'cross-entropy' ? Array.from(agreement) : null,
      gradientForms: this.#forms(set),
    };
  }

  correlations(set: 'train' | 'eval'): readonly LayerCorrelations[] {
    this.#team.assertUsable();
    clearSums(this.#plan, this.#memory);
    const { record } = this.#setPlan(set);
    const teacher = this.#data.forEachStretch(set, (stretch) => {
      this.#pointAtTeacher(set, stretch);
      this.#kernels.correlate(this.#plan.network, record, stretch.first, stretch.rows);
    });
    return this.#correlations(set, teacher);
  }

  loss(set: 'train' | 'eval', rows?: number): number {
    const batches = this.#data.batches(set, rows);
    return batches.reduce(
      (sum, batch) => sum + this.#lossSum(set, batch, 0) / (this.#elements(batch.batchRows) * batches.length),
      0,
    );
  }

  setLearningRate(learningRate: number): void {
    this.#network.set({ learningRate });
  }

  setTrainingSet(samples: TrainingSamples): void {
    this.#data.setTrainingSet(samples);
  }

  readState(): EngineState {
    const isAdam = this.#plan.task.optimizer === optimizers.adam;
    const steps = isAdam ? [Float64Array.of(this.#network.double('adamSteps'))] : [];
    const parts = moments(this.#plan.task).flatMap((part) => readParameters(this.#plan, this.#memory, part));
    return {
      student: this.#student,
      samplerState: this.#batches.readState(),
      learningRate: this.#network.double('learningRate'),
      optimizer: [...parts, ...steps],
    };
  }

  writeState({ student, samplerState, learningRate, optimizer }: EngineState): void {
    this.#write(student, optimizer);
    this.#batches.writeState(samplerState);
    this.setLearningRate(learningRate);
  }

  rebuild(problem: Problem): WasmEngine {
    const { precision, threads } = this.description;
    const rebuilt = new WasmEngine(problem, precision, threads, this.#compiled);
    this.dispose();
    return rebuilt;
  }

  /** Ends the helper threads; the memory goes with the last reference to it. */
  dispose(): void {
    this.#team.dispose();
  }

  readonly #runSteps: RunSteps = (steps, batch, source) => {
    const { network } = this.#plan;
    if (this.description.threads === 1) return this.#kernels.train(network, steps, batch, source);
    return this.#teamOrAlone.run(steps, (count, threads, done) => {
      this.#network.set({ threads });
      return this.#kernels.train(network, count, batch, sourceAfter(source, done, batch));
    });
  };

  #createBatches(): Batches {
    const { sampling, batchSize } = this.#problem;
    const words = new Uint32Array(this.#memory.buffer, this.#plan.sampler, 4);
    if (sampling === 'epochs') return new EpochBatches(this.#problem, this.#list, words, this.#runSteps);
    const source = batchSize === null ? 'whole-set' : 'drawn';
    return kernelBatches(source, this.#plan.task.batch, words, this.#runSteps);
  }

  get #student(): Network {
    return readNetwork(this.#plan, this.#memory, this.#problem.student);
  }

  #write(student: Network, optimizer: OptimizerState): void {
    const count = trainedArrays(student).length;
    writeNetwork(this.#plan, this.#memory, student);
    for (const [i, part] of moments(this.#plan.task).entries())
      writeParameters(this.#plan, this.#memory, part, optimizer.slice(i * count, (i + 1) * count));
    this.#network.set({ adamSteps: optimizer[2 * count]?.[0] ?? 0 });
  }

  /** Runs steps whose losses and norms the kernels go on adding to those of before. */
  #report(before: BatchLosses, run: () => number): StepReport {
    const { weights, biases } = before.gradientNorms;
    this.#team.assertUsable();
    this.#network.set({
      minimumLoss: before.minimum,
      sumLoss: before.sum,
      maximumLoss: before.maximum,
      diverged: 0,
    });
    for (const [l, layer] of this.#layers.entries())
      layer.set({ weightNorms: weights[l] ?? 0, biasNorms: biases[l] ?? 0 });
    const steps = run();
    const losses = {
      steps: before.steps + steps,
      minimum: this.#network.double('minimumLoss'),
      sum: this.#network.double('sumLoss'),
      maximum: this.#network.double('maximumLoss'),
      gradientNorms: this.#plan.task.norms ? this.#norms() : noGradientNorms,
    };
    return { steps, diverged: this.#network.word('diverged') !== 0, losses };
  }

  #norms(): BatchLosses['gradientNorms'] {
    return {
      weights: Float64Array.from(this.#layers, (layer) => layer.double('weightNorms')),
      biases: Float64Array.from(this.#layers, (layer) => layer.double('biasNorms')),
    };
  }

  get #hits(): Int32Array {
    return this.#memory.integers(this.#plan.hits, this.#plan.blockPanels * ranks);
  }

  #pointAtTeacher(set: 'train' | 'eval', { teacherRow }: Stretch): void {
    const { teacher } = this.#setPlan(set);
    for (const [l, { sums, positions }] of this.#plan.layers.entries())
      if (sums)
        this.#layers[l].set(
          teacherRowAt(teacher, l, positions * sums.rows, teacherRow, this.#plan.precision),
        );
  }

  /** Sum of the losses of a stretch of rows. */
  #lossSum(set: 'train' | 'eval', { first, rows }: Stretch, metrics: 0 | 1): number {
    this.#team.assertUsable();
    const { record } = this.#setPlan(set);
    return this.#kernels.evaluate(this.#plan.network, record, first, rows, metrics);
  }

  /** Of every hidden layer that has teacher units: the lowest ones. */
  #correlations(set: 'train' | 'eval', teacher: readonly TeacherSums[]): LayerCorrelations[] {
    const { rows } = this.#data.inputsOf(set);
    const { correlationFloor: floor } = this.#problem;
    return this.#plan.layers
      .map(({ positions }, l) =>
        layerCorrelations(this.#plan, this.#memory, l, teacher[l], rows * positions, floor),
      )
      .filter((correlations): correlations is LayerCorrelations => correlations !== null);
  }

  #setPlan(set: 'train' | 'eval'): PlannedSet {
    return this.#plan.sets[set === 'train' ? 0 : 1];
  }

  /** Numbers whose errors the loss of so many rows is the mean of. */
  #elements(rows: number): number {
    const { task } = this.#plan;
    return task.loss === 'cross-entropy' ? rows : rows * task.layers[task.layers.length - 1].units;
  }

  #forms(set: 'train' | 'eval'): Evaluation['gradientForms'] {
    if (!this.#problem.gradientForms) return null;
    return studentForms(this.#problem, this.#student, this.#data.inputsOf(set), this.#evaluationBatch);
  }
}

/** Where a row's teacher units of one layer lie, and the word of their activity. */
const teacherRowAt = (
  { units, activity }: PlannedTeacher,
  layer: number,
  lines: number,
  row: number,
  precision: Precision,
) => ({
  teacher: units[layer] + (row / perPanel(precision)) * lines * lineBytes,
  teacherActivity: activity[layer] + (row / groupRows) * lines * Int32Array.BYTES_PER_ELEMENT,
});

/** Adds the share of samples whose label is among the first ranks; `hits`: by panel of a block. Mutates `agreement`. */
const addAgreement = (agreement: Float64Array, hits: Int32Array, scale: number): void => {
  let within = 0;
  for (let k = 0; k < ranks; k++) {
    for (let i = k; i < hits.length; i += ranks) within += hits[i];
    agreement[k] += scale * within;
  }
};

export type WasmChoice = {
  readonly precision: Precision;
  readonly strict: boolean;
  /** Left out: as many as pay. */
  readonly threads?: number;
  /** Left out: the build that is the fastest on this machine. */
  readonly build?: KernelBuild;
};

/** Builds the kernels' engine. Errors: UserError where its memory cannot be had. */
export const createWasmEngine = async (
  problem: Problem,
  { precision, strict, threads, build }: WasmChoice,
): Promise<Engine> => {
  const compiled = compileBuild(build ?? (await fastestBuild(strict)));
  const paying = (): number => threadsFor(problem, precision, availableProcessors());
  return new WasmEngine(problem, precision, threads ?? paying(), compiled);
};
