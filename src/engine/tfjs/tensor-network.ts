import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { type Affine, copyNetwork, everyArray, headPositions, type Network } from '../../net/index.js';
import type { Tfjs } from './tfjs-backend.js';

/** Weights [positions * channels below x units], positions outermost, as NHWC flattens; biases [units]. */
export type TensorAffine = { readonly weight: Tensor2D; readonly bias: Tensor1D | null };

/** All [units]; weight and bias are null without the affine map. */
export type TensorNorm = {
  readonly weight: Tensor1D | null;
  readonly bias: Tensor1D | null;
  readonly runningMean: Tensor1D;
  readonly runningVariance: Tensor1D;
};

export type TensorLayer = TensorAffine & { readonly norm: TensorNorm | null };

/** A network's arrays as tensors; `shape` is any network of the same shape, its values are not read. */
export type TensorNetwork = {
  readonly shape: Network;
  readonly hidden: readonly TensorLayer[];
  readonly final: TensorAffine;
};

/** How one array of the oracle's layout becomes a tensor: number i of the tensor is number `order[i]` of the array. */
type Slot = { readonly dimensions: number[]; readonly order: Int32Array | null };

/** From [out x channels x positions], PyTorch's order, to [positions x channels x out]. */
const weightSlot = ({ weight }: Affine, positions: number): Slot => {
  const [units, channels] = [weight.rows, weight.columns / positions];
  const order = new Int32Array(weight.data.length);
  for (let p = 0; p < positions; p++)
    for (let c = 0; c < channels; c++)
      for (let o = 0; o < units; o++)
        order[(p * channels + c) * units + o] = (o * channels + c) * positions + p;
  return { dimensions: [weight.columns, units], order };
};

/** The slot of every array of a network, in the order of everyArray. */
const slotsOf = (network: Network): Slot[] => {
  const weights = new Map(
    network.hidden.map((layer) => [layer.weight.data, weightSlot(layer, network.convolutional ? 9 : 1)]),
  );
  weights.set(network.final.weight.data, weightSlot(network.final, headPositions(network)));
  return everyArray(network).map(
    (array) => weights.get(array) ?? { dimensions: [array.length], order: null },
  );
};

/** Moves arrays between the oracle's layout and tensors, for networks of one shape. */
export class NetworkLayout {
  readonly #tf: Tfjs;
  readonly #shape: Network;
  readonly #slots: readonly Slot[];

  constructor(tf: Tfjs, shape: Network) {
    this.#tf = tf;
    this.#shape = shape;
    this.#slots = slotsOf(shape);
  }

  /** Tensors of arrays in the order of everyArray, or of its first ones. The caller disposes of them. */
  upload(arrays: readonly Float64Array[]): Tensor[] {
    return arrays.map((array, i) => {
      const { dimensions, order } = this.#slots[i];
      const values = new Float32Array(array);
      order?.forEach((from, to) => {
        values[to] = array[from];
      });
      return this.#tf.keep(this.#tf.tensor(values, dimensions));
    });
  }

  /** The inverse of upload; numbers are widened, which is exact. */
  download(tensors: readonly Tensor[]): Float64Array[] {
    return tensors.map((tensor, i) => {
      const values = tensor.dataSync();
      const { order } = this.#slots[i];
      const array = new Float64Array(values);
      order?.forEach((to, from) => {
        array[to] = values[from];
      });
      return array;
    });
  }

  /** A network that holds the values of tensors in the order of everyArray. */
  networkOf(tensors: readonly Tensor[]): Network {
    const network = copyNetwork(this.#shape);
    const arrays = this.download(tensors);
    everyArray(network).forEach((array, i) => {
      array.set(arrays[i]);
    });
    return network;
  }

  /** Names the tensors, given in the order of everyArray. */
  assemble(tensors: readonly Tensor[]): TensorNetwork {
    let next = 0;
    const take = <T extends Tensor>(present: unknown): T | null => (present ? (tensors[next++] as T) : null);
    const affine = ({ bias }: Affine): TensorAffine => ({
      weight: tensors[next++] as Tensor2D,
      bias: take<Tensor1D>(bias),
    });
    const trained = this.#shape.hidden.map((layer) => ({
      ...affine(layer),
      normWeight: take<Tensor1D>(layer.norm?.weight),
      normBias: take<Tensor1D>(layer.norm?.bias),
    }));
    const final = affine(this.#shape.final);
    const hidden = trained.map(({ weight, bias, normWeight, normBias }, l): TensorLayer => {
      const runningMean = take<Tensor1D>(this.#shape.hidden[l].norm);
      const runningVariance = take<Tensor1D>(this.#shape.hidden[l].norm);
      const norm =
        runningMean && runningVariance
          ? { weight: normWeight, bias: normBias, runningMean, runningVariance }
          : null;
      return { weight, bias, norm };
    });
    return { shape: this.#shape, hidden, final };
  }
}

const present = (tensors: readonly (Tensor | null | undefined)[]): Tensor[] =>
  tensors.filter((tensor) => tensor != null);

/** The tensors that are trained, in the order of trainedArrays. */
export const trainedTensors = ({ hidden, final }: TensorNetwork): Tensor[] => [
  ...hidden.flatMap(({ weight, bias, norm }) => present([weight, bias, norm?.weight, norm?.bias])),
  ...present([final.weight, final.bias]),
];

/** Every tensor, in the order of everyArray. */
export const everyTensor = (network: TensorNetwork): Tensor[] => [
  ...trainedTensors(network),
  ...network.hidden.flatMap(({ norm }) => (norm ? [norm.runningMean, norm.runningVariance] : [])),
];
