import { UserError } from '../../input/index.js';
import {
  adamConstants,
  forward,
  initialOptimizerState,
  type LayerForms,
  type Matrix,
  type Network,
  RunningForms,
  trainedArrays,
} from '../../net/index.js';
import { type BatchSampler, batchSampler, type Problem } from '../../problem/index.js';
import {
  type BatchLosses,
  type Engine,
  type EngineDescription,
  type EngineState,
  type Evaluation,
  noLosses,
  type Precision,
  type StepReport,
} from '../engine.js';
import { DeepData } from './deep-data.js';
import { instantiateDeepKernels } from './deep-kernel-module.js';
import { clearSums, layerMetrics } from './deep-layer-metrics.js';
import { type DeepPlan, planDeep, ranks } from './deep-layout.js';
import { createSharedMemory, DeepMemory } from './deep-memory.js';
import { type Place, readParameters, weightMatrix, writeParameters } from './deep-parameters.js';
import { LossTotals } from './deep-totals.js';
import { type CompiledKernels, compileKernels } from './kernel-module.js';
import { type DeepProblem, deepProblem } from './program-problems.js';
import { type DeepJob, updateRuleCodes } from './threads/job.js';
import { DeepTeam } from './threads/team.js';
import { wasmRefusal } from './wasm-refusal.js';

/** Samples whose gradient forms are computed at once. */
const formRows = 64;

const allRows = ({ trainingSet }: DeepProblem): Int32Array =>
  new Int32Array(trainingSet.rows).map((_, i) => i);

/** Which matrices of each layer an optimizer remembers, in the order of its state. */
const moments = ({ optimizer }: DeepProblem['rule']): readonly Place[] => {
  if (optimizer.method === 'adam') return ['first', 'second'];
  return optimizer.momentum === 0 ? [] : ['first'];
};

/** Fused kernels that train a dense multi-layer student; weights and data live in one shared WebAssembly memory. */
class WasmDeepEngine implements Engine {
  readonly description: EngineDescription;
  readonly #compiled: CompiledKernels;
  readonly #problem: DeepProblem;
  readonly #plan: DeepPlan;
  readonly #memory: DeepMemory;
  readonly #data: DeepData;
  readonly #team: DeepTeam;
  readonly #moments: readonly Place[];
  readonly #shardLosses: readonly Float64Array[];
  readonly #shardNorms: readonly Float64Array[];
  readonly #batch: Int32Array;
  #sampler: BatchSampler;
  #learningRate: number;
  /** Steps that Adam has taken. */
  #adamSteps = 0;

  /** Errors: UserError when the problem's memory cannot be had. */
  constructor(problem: DeepProblem, precision: Precision, threads: number, compiled: CompiledKernels) {
    const { plan, pages } = planDeep(problem, precision, threads);
    const shared = createSharedMemory(pages);
    const kernels = instantiateDeepKernels(compiled.module, shared, precision);
    const memory = new DeepMemory(shared, precision);
    this.description = { engine: 'wasm', variant: compiled.variant, precision, threads };
    this.#compiled = compiled;
    this.#problem = problem;
    this.#plan = plan;
    this.#memory = memory;
    this.#team = new DeepTeam(plan, shared, compiled.module, kernels);
    this.#moments = moments(problem.rule);
    this.#shardLosses = plan.shards.map(({ loss }) => memory.doubles(loss, 1));
    this.#shardNorms = plan.shards.map(({ norms }) => memory.doubles(norms, 2 * plan.layers.length));
    this.#batch = memory.integers(plan.indices, problem.batchSize);
    this.#learningRate = problem.learningRate;
    this.#sampler = batchSampler(problem, problem.samplerState);
    this.#data = new DeepData(problem, plan, memory, kernels);
    const parameters = trainedArrays(problem.student);
    this.#writeParameters(parameters, initialOptimizerState(problem.rule.optimizer, parameters));
  }

  train(steps: number, before: BatchLosses = noLosses): StepReport {
    return this.#run(steps, () => this.#sampler.next() ?? allRows(this.#problem), before);
  }

  trainOn(indices: Int32Array): StepReport {
    const { batchSize } = this.#problem;
    const batch = (i: number): Int32Array => indices.subarray(i * batchSize, (i + 1) * batchSize);
    return this.#run(Math.ceil(indices.length / batchSize), batch, noLosses);
  }

  evaluate(set: 'train' | 'eval'): Evaluation {
    const { teacherStrides, shards, crossEntropy } = this.#plan;
    const { correlationFloor: floor, evaluationBatch } = this.#problem;
    const { rows } = this.#data.inputsOf(set);
    const batches = Math.ceil(rows / evaluationBatch);
    const agreement = new Float64Array(ranks);
    const hits = shards.map((shard) => this.#memory.integers(shard.hits, ranks));
    clearSums(this.#plan, this.#memory);
    let loss = 0;
    const teacher = this.#data.forEachStretch(set, (stretch, batchRows) => {
      for (const counts of hits) counts.fill(0);
      this.#team.carryOut({ kind: 'evaluate', set: set === 'train' ? 0 : 1, metrics: true, ...stretch });
      loss += this.#lossSum() / (this.#elements(batchRows) * batches);
      addAgreement(agreement, hits, 100 / (batchRows * batches));
    });
    return {
      loss,
      layers: teacherStrides.map((_, l) =>
        layerMetrics(this.#plan, this.#memory, l, teacher[l], rows, floor),
      ),
      topAgreement: crossEntropy ? Array.from(agreement) : null,
      gradientForms: this.#problem.gradientForms ? this.#forms(this.#data.inputsOf(set)) : null,
    };
  }

  loss(set: 'train' | 'eval'): number {
    const { rows } = this.#data.inputsOf(set);
    const { evaluationBatch } = this.#problem;
    const batches = Math.ceil(rows / evaluationBatch);
    let loss = 0;
    for (let first = 0; first < rows; first += evaluationBatch) {
      const batchRows = Math.min(evaluationBatch, rows - first);
      this.#team.carryOut({
        kind: 'evaluate',
        set: set === 'train' ? 0 : 1,
        first,
        rows: batchRows,
        metrics: false,
        teacherRow: 0,
        teacherGroup: 0,
      });
      loss += this.#lossSum() / (this.#elements(batchRows) * batches);
    }
    return loss;
  }

  setLearningRate(learningRate: number): void {
    this.#learningRate = learningRate;
  }

  setTrainingSet(trainingSet: Matrix): void {
    this.#data.setTrainingSet(trainingSet);
  }

  readState(): EngineState {
    const read = (place: Place): Float64Array[] => readParameters(this.#memory, this.#plan.layers, place);
    const isAdam = this.#problem.rule.optimizer.method === 'adam';
    return {
      student: this.#network(read('weights')),
      samplerState: this.#sampler.state,
      learningRate: this.#learningRate,
      optimizer: [...this.#moments.flatMap(read), ...(isAdam ? [Float64Array.of(this.#adamSteps)] : [])],
    };
  }

  writeState({ student, samplerState, learningRate, optimizer }: EngineState): void {
    this.#writeParameters(trainedArrays(student), optimizer);
    this.#sampler = batchSampler(this.#problem, samplerState);
    this.#learningRate = learningRate;
  }

  rebuild(problem: Problem): WasmDeepEngine {
    const { precision, threads } = this.description;
    const rebuilt = new WasmDeepEngine(deepProblem(problem), precision, threads, this.#compiled);
    this.dispose();
    return rebuilt;
  }

  /** Ends the helper threads; the memory goes with the last reference to it. */
  dispose(): void {
    this.#team.dispose();
  }

  #writeParameters(weights: readonly Float64Array[], optimizer: readonly Float64Array[]): void {
    const { layers } = this.#plan;
    writeParameters(this.#memory, layers, 'weights', weights);
    this.#moments.forEach((place, i) => {
      const part = optimizer.slice(i * weights.length, (i + 1) * weights.length);
      writeParameters(this.#memory, layers, place, part);
    });
    this.#adamSteps = optimizer[2 * weights.length]?.[0] ?? 0;
  }

  /** The student with these arrays, as `trainedArrays` orders them. */
  #network(arrays: readonly Float64Array[]): Network {
    let next = 0;
    const affines = this.#plan.layers.map((layer) => ({
      weight: weightMatrix(arrays[next++], layer),
      bias: layer.hasBias ? arrays[next++] : null,
    }));
    const hidden = affines.slice(0, -1).map((affine) => ({ ...affine, norm: null }));
    return { ...this.#problem.student, hidden, final: affines[affines.length - 1] };
  }

  /** Numbers whose errors the loss of so many rows is the mean of. */
  #elements(rows: number): number {
    const { crossEntropy, layers } = this.#plan;
    return crossEntropy ? rows : rows * layers[layers.length - 1].units;
  }

  #lossSum(): number {
    let sum = 0;
    for (const [loss] of this.#shardLosses) sum += loss;
    return sum;
  }

  #run(steps: number, rowsOf: (step: number) => Int32Array, before: BatchLosses): StepReport {
    const totals = new LossTotals(before, this.#plan.layers.length);
    for (let i = 0; i < steps; i++) {
      const loss = this.#step(rowsOf(i));
      totals.add(loss, this.#shardNorms);
      if (!Number.isFinite(loss)) return { steps: i + 1, diverged: true, losses: totals.losses };
    }
    return { steps, diverged: false, losses: totals.losses };
  }

  #step(indices: Int32Array): number {
    const rows = indices.length;
    this.#batch.set(indices);
    this.#team.carryOut({ kind: 'pass', rows });
    const loss = this.#lossSum() / this.#elements(rows);
    this.#team.carryOut(this.#updateJob(rows));
    return loss;
  }

  #updateJob(rows: number): DeepJob {
    const { optimizer } = this.#problem.rule;
    const job = { kind: 'update', rows, weightDecay: optimizer.weightDecay } as const;
    if (optimizer.method === 'adam') {
      const steps = ++this.#adamSteps;
      return {
        ...job,
        rule: updateRuleCodes.adam,
        rate: this.#learningRate / (1 - adamConstants.beta1 ** steps),
        momentum: 0,
        secondScale: Math.sqrt(1 - adamConstants.beta2 ** steps),
      };
    }
    const { momentum } = optimizer;
    const rule: number = momentum === 0 ? updateRuleCodes.descent : updateRuleCodes.momentum;
    return { ...job, rule, rate: this.#learningRate, momentum, secondScale: 1 };
  }

  /** The oracle's, on the student as it stands: asked for rarely, and of small networks. */
  #forms(x: Matrix): readonly LayerForms[] | null {
    const { teacher, grid, evaluationBatch } = this.#problem;
    const { student } = this.readState();
    const totals = new RunningForms(teacher, student);
    const batches = Math.ceil(x.rows / evaluationBatch);
    for (let first = 0; first < x.rows; first += evaluationBatch) {
      const end = Math.min(x.rows, first + evaluationBatch);
      for (let from = first; from < end; from += formRows) {
        const rows = Math.min(formRows, end - from);
        const data = x.data.subarray(from * x.columns, (from + rows) * x.columns);
        const chunk = { rows, columns: x.columns, data };
        const [ofTeacher, ofStudent] = [teacher, student].map((network) =>
          forward(network, chunk, grid, false, 'fused'),
        );
        totals.add(ofTeacher, ofStudent, rows / ((end - first) * batches));
      }
    }
    return totals.forms();
  }
}

/** Adds the share of samples whose label is among the first ranks. Mutates `agreement`. */
const addAgreement = (agreement: Float64Array, hits: readonly Int32Array[], scale: number): void => {
  let within = 0;
  for (let k = 0; k < ranks; k++) {
    for (const counts of hits) within += counts[k];
    agreement[k] += scale * within;
  }
};

export type WasmDeepChoice = {
  readonly precision: Precision;
  readonly strict: boolean;
  readonly threads: number;
};

/**
 * Builds the fused kernels' engine for a dense multi-layer student. Errors: UserError where it cannot run the problem
 * or its memory cannot be had.
 */
export const createWasmDeepEngine = async (
  problem: Problem,
  { precision, strict, threads }: WasmDeepChoice,
): Promise<Engine> => {
  const refusal = wasmRefusal(problem);
  if (refusal) throw new UserError(`engine wasm: ${refusal}`);
  return new WasmDeepEngine(deepProblem(problem), precision, threads, await compileKernels(strict, 'deep-'));
};
