import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import {
  everyArray,
  initialOptimizerState,
  layersOfArrays,
  type Network,
  type OptimizerState,
  trainedArrays,
} from '../../net/index.js';
import type { Problem } from '../../problem/index.js';
import { type GradientNorms, noGradientNorms } from '../engine.js';
import { constrainTensors } from './tensor-constraints.js';
import { type Forward, type Moments, runForward } from './tensor-forward.js';
import { lossOf } from './tensor-loss.js';
import { everyTensor, NetworkLayout, type TensorNetwork, type TensorNorm } from './tensor-network.js';
import { momentCount, type TensorMoments, updateTensors } from './tensor-update.js';
import { inScope } from './tfjs-backend.js';

/** PyTorch's share of a new batch in the running statistics. */
const runningShare = 0.1;

/** Places in trainedArrays of the arrays that updates move. */
const trainedPlaces = (network: Network, frozenLayers: readonly number[]): number[] =>
  layersOfArrays(network).flatMap((layer, place) => (frozenLayers.includes(layer) ? [] : [place]));

/** Tensors with others at these places. */
const withAt = (
  tensors: readonly Tensor[],
  places: readonly number[],
  values: readonly Tensor[],
): Tensor[] => {
  const next = [...tensors];
  places.forEach((place, i) => {
    next[place] = values[i];
  });
  return next;
};

/** What one step found on its batch, before its update. */
export type BatchResult = { readonly loss: number; readonly gradientNorms: GradientNorms };

type Differentiated = {
  readonly loss: Scalar;
  /** By trained place. */
  readonly gradients: readonly Tensor[];
  /** Batch statistics by hidden layer, to be disposed of. */
  readonly moments: readonly (Moments | null)[];
};

/** The student and its optimizer's memory as tensors that live until they are replaced. */
export class TensorStudent {
  readonly #forward: Forward;
  readonly #rule: Problem['rule'];
  /** What the gradient of the reported loss is multiplied by: steps may follow a multiple of it. */
  readonly #lossScale: number;
  readonly #reportsNorms: boolean;
  readonly #layout: NetworkLayout;
  readonly #places: readonly number[];
  /** Arrays that the optimizer remembers, frozen ones too. */
  readonly #arrays: number;
  /** In the order of everyArray. */
  #tensors: readonly Tensor[];
  #memory: TensorMoments;

  constructor(forward: Forward, { rule, student, gradientNorms }: Problem) {
    this.#forward = forward;
    this.#rule = rule;
    this.#lossScale = rule.loss === 'half-squared-error' ? student.final.weight.rows / 2 : 1;
    this.#reportsNorms = gradientNorms;
    this.#layout = new NetworkLayout(forward.tf, student);
    this.#places = trainedPlaces(student, rule.frozenLayers);
    this.#arrays = trainedArrays(student).length;
    this.#tensors = this.#layout.upload(everyArray(student));
    this.#memory = this.#uploadMemory(initialOptimizerState(rule.optimizer, trainedArrays(student)));
  }

  get network(): TensorNetwork {
    return this.#layout.assemble(this.#tensors);
  }

  /** One update on a batch. */
  step(x: Tensor, target: Tensor2D, learningRate: number): BatchResult {
    return inScope(this.#forward.tf, () => {
      const { loss, gradients, moments } = this.#differentiate(x, target);
      const result = {
        loss: loss.dataSync()[0],
        gradientNorms: this.#reportsNorms ? this.#normsOf(gradients) : noGradientNorms,
      };
      this.#update(gradients, learningRate);
      this.#moveStatistics(moments);
      return result;
    });
  }

  readNetwork(): Network {
    return this.#layout.networkOf(this.#tensors);
  }

  /** As `initialOptimizerState` describes it. */
  readMemory(): OptimizerState {
    const arrays = this.#memory.moments.flatMap((tensors) => this.#layout.download(tensors));
    return this.#rule.optimizer.method === 'adam' ? [...arrays, Float64Array.of(this.#memory.steps)] : arrays;
  }

  write(student: Network, memory: OptimizerState): void {
    this.dispose();
    this.#tensors = this.#layout.upload(everyArray(student));
    this.#memory = this.#uploadMemory(memory);
  }

  dispose(): void {
    this.#forward.tf.dispose([...this.#tensors, ...this.#memory.moments.flat()]);
  }

  #uploadMemory(arrays: OptimizerState): TensorMoments {
    const lists = momentCount(this.#rule.optimizer);
    const length = this.#arrays;
    return {
      moments: Array.from({ length: lists }, (_, i) =>
        this.#layout.upload(arrays.slice(i * length, (i + 1) * length)),
      ),
      steps: arrays[lists * length]?.[0] ?? 0,
    };
  }

  #differentiate(x: Tensor, target: Tensor2D): Differentiated {
    const { tf } = this.#forward;
    const moments: (Moments | null)[] = [];
    const objective = (...values: Tensor[]): Scalar => {
      const tensors = withAt(this.#tensors, this.#places, values);
      const pass = runForward(this.#forward, this.#layout.assemble(tensors), x, true);
      for (const statistics of pass.moments) {
        moments.push(statistics);
        // The gradient's own tidy would dispose of them before the running statistics have moved.
        for (const tensor of statistics ? [statistics.mean, statistics.variance] : []) tf.keep(tensor);
      }
      return lossOf(tf, pass.output, target, this.#rule.loss);
    };
    if (this.#places.length === 0) return { loss: objective(), gradients: [], moments };
    const { value, grads } = tf.valueAndGrads(objective)(this.#places.map((place) => this.#tensors[place]));
    return { loss: value, gradients: grads, moments };
  }

  #update(gradients: readonly Tensor[], learningRate: number): void {
    const { tf } = this.#forward;
    const { optimizer, constraints, frozenLayers } = this.#rule;
    const chosen = this.#memory.moments.map((tensors) => this.#places.map((place) => tensors[place]));
    const { parameters, state } = updateTensors(
      tf,
      optimizer,
      { ...this.#memory, moments: chosen },
      {
        parameters: this.#places.map((place) => this.#tensors[place]),
        ...this.#scaled(gradients, learningRate),
      },
    );
    const free = this.#layout.assemble(withAt(this.#tensors, this.#places, parameters));
    const network = constraints.reduce(
      (before, constraint) => constrainTensors(tf, before, constraint, frozenLayers),
      free,
    );
    this.#replaceTensors(everyTensor(network));
    const moments = this.#memory.moments.map((tensors, i) => withAt(tensors, this.#places, state.moments[i]));
    this.#memory.moments.forEach((tensors, i) => {
      this.#replace(tensors, moments[i]);
    });
    this.#memory = { ...state, moments };
  }

  /** What makes gradients of the reported loss those of the one that is descended: the rate alone, where that does. */
  #scaled(gradients: readonly Tensor[], learningRate: number) {
    const { tf } = this.#forward;
    const { optimizer } = this.#rule;
    const isLinear = optimizer.method === 'sgd' && optimizer.momentum === 0 && optimizer.weightDecay === 0;
    if (isLinear || this.#lossScale === 1) return { gradients, learningRate: learningRate * this.#lossScale };
    return { gradients: gradients.map((gradient) => tf.mul(gradient, this.#lossScale)), learningRate };
  }

  #moveStatistics(moments: readonly (Moments | null)[]): void {
    const { tf } = this.#forward;
    const network = this.network;
    const hidden = network.hidden.map((layer, l) => {
      const batch = moments[l];
      return layer.norm && batch ? { ...layer, norm: this.#moved(layer.norm, batch) } : layer;
    });
    this.#replaceTensors(everyTensor({ ...network, hidden }));
    for (const batch of moments) if (batch) tf.dispose([batch.mean, batch.variance]);
  }

  /** The variance enters unbiased. Source: torch.nn.BatchNorm1d. */
  #moved(norm: TensorNorm, { mean, variance, rows }: Moments): TensorNorm {
    const { tf } = this.#forward;
    const towards = <T extends Tensor>(from: T, to: Tensor): T =>
      tf.add<T>(from, tf.mul(tf.sub(to, from), runningShare));
    return {
      ...norm,
      runningMean: towards(norm.runningMean, mean),
      runningVariance: towards(norm.runningVariance, tf.mul(variance, rows / (rows - 1))),
    };
  }

  #normsOf(gradients: readonly Tensor[]): GradientNorms {
    const { tf } = this.#forward;
    const norm = (gradient: Tensor | null): number =>
      gradient ? Math.sqrt(tf.sum(tf.square(gradient)).dataSync()[0]) : 0;
    const { hidden, final } = this.#layout.assemble(withAt(this.#tensors, this.#places, gradients));
    const layers = [...hidden, final];
    const isFrozen = (layer: number): boolean => this.#rule.frozenLayers.includes(layer);
    return {
      weights: Float64Array.from(layers, ({ weight }, l) => (isFrozen(l) ? 0 : norm(weight))),
      biases: Float64Array.from(layers, ({ bias }, l) => (isFrozen(l) ? 0 : norm(bias))),
    };
  }

  #replaceTensors(next: readonly Tensor[]): void {
    this.#replace(this.#tensors, next);
    this.#tensors = next;
  }

  #replace(before: readonly Tensor[], after: readonly Tensor[]): void {
    before.forEach((tensor, i) => {
      if (tensor === after[i]) return;
      this.#forward.tf.keep(after[i]);
      tensor.dispose();
    });
  }
}
