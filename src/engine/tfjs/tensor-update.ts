import type { Tensor } from '@tensorflow/tfjs-core';
import { adamConstants, type OptimizerSettings, power } from '../../net/index.js';
import type { Tfjs } from './tfjs-backend.js';

/**
 * What an optimizer remembers: one list of tensors for each of its moments, tensors in the order of the trained
 * ones, and the steps that Adam has taken.
 */
export type TensorMoments = { readonly moments: readonly (readonly Tensor[])[]; readonly steps: number };

/** Lists of tensors that the optimizer keeps. */
export const momentCount = (settings: OptimizerSettings): number => {
  if (settings.method === 'adam') return 2;
  return settings.momentum === 0 ? 0 : 1;
};

export type TensorUpdate = {
  readonly parameters: readonly Tensor[];
  readonly gradients: readonly Tensor[];
  readonly learningRate: number;
};

export type Updated = { readonly parameters: readonly Tensor[]; readonly state: TensorMoments };

const descend = (tf: Tfjs, { parameters, learningRate }: TensorUpdate, directions: readonly Tensor[]) =>
  parameters.map((values, p) => tf.sub(values, tf.mul(directions[p], learningRate)));

/** Moves a running mean: decay * mean + (1 - decay) * value. */
const decayed = (tf: Tfjs, mean: Tensor, value: Tensor, decay: number): Tensor =>
  tf.add(tf.mul(mean, decay), tf.mul(value, 1 - decay));

/** Adam (Kingma and Ba 2015). Source: torch.optim.Adam. */
const adam = (tf: Tfjs, update: TensorUpdate, { moments, steps }: TensorMoments): Updated => {
  const { beta1, beta2, epsilon } = adamConstants;
  const step = steps + 1;
  const first = update.gradients.map((gradient, p) => decayed(tf, moments[0][p], gradient, beta1));
  const second = update.gradients.map((gradient, p) =>
    decayed(tf, moments[1][p], tf.square(gradient), beta2),
  );
  const scale = Math.sqrt(1 - power(beta2, step));
  const directions = first.map((mean, p) => tf.div(mean, tf.add(tf.div(tf.sqrt(second[p]), scale), epsilon)));
  const learningRate = update.learningRate / (1 - power(beta1, step));
  return {
    parameters: descend(tf, { ...update, learningRate }, directions),
    state: { moments: [first, second], steps: step },
  };
};

/**
 * One update by PyTorch's formulas, which differ from those of tfjs's own optimizers. Call it in a tidy.
 * Source: torch.optim.SGD without dampening, torch.optim.Adam; L2 weight decay is added to the gradient.
 */
export const updateTensors = (
  tf: Tfjs,
  settings: OptimizerSettings,
  state: TensorMoments,
  update: TensorUpdate,
): Updated => {
  const { weightDecay } = settings;
  const { parameters } = update;
  const gradients =
    weightDecay === 0
      ? update.gradients
      : update.gradients.map((gradient, p) => tf.add(gradient, tf.mul(parameters[p], weightDecay)));
  if (settings.method === 'adam') return adam(tf, { ...update, gradients }, state);
  if (settings.momentum === 0) return { parameters: descend(tf, update, gradients), state };
  const velocities = gradients.map((gradient, p) =>
    tf.add(tf.mul(state.moments[0][p], settings.momentum), gradient),
  );
  return {
    parameters: descend(tf, update, velocities),
    state: { ...state, moments: [velocities] },
  };
};
