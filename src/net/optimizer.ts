import { power } from './arithmetic/power.js';

/** PyTorch's update rules over a list of arrays; hyper-parameters by PyTorch's names and defaults. */
export type OptimizerSettings =
  | { readonly method: 'sgd'; readonly momentum: number; readonly weightDecay: number }
  | { readonly method: 'adam'; readonly weightDecay: number };

/** Decay of Adam's moments and the floor of its denominator. Source: torch.optim.Adam. */
export const adamConstants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/**
 * What an optimizer remembers. Momentum: a velocity for each parameter array. Adam: the first moments, then the
 * second ones, then one number, the steps taken. Plain gradient descent: nothing.
 */
export type OptimizerState = readonly Float64Array[];

const zerosLike = (arrays: readonly Float64Array[]): Float64Array[] =>
  arrays.map((array) => new Float64Array(array.length));

export const initialOptimizerState = (
  settings: OptimizerSettings,
  parameters: readonly Float64Array[],
): OptimizerState => {
  if (settings.method === 'adam')
    return [...zerosLike(parameters), ...zerosLike(parameters), new Float64Array(1)];
  return settings.momentum === 0 ? [] : zerosLike(parameters);
};

/** Parameters and their gradients, array by array of the same lengths. */
export type Update = {
  readonly parameters: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
  readonly learningRate: number;
};

/** Gradient descent with L2 weight decay. Source: torch.optim.SGD without dampening. */
const descend = ({ parameters, gradients, learningRate }: Update, weightDecay: number): void => {
  for (const [p, values] of parameters.entries())
    for (let i = 0; i < values.length; i++)
      values[i] -= learningRate * (gradients[p][i] + weightDecay * values[i]);
};

const descendWithMomentum = (
  { parameters, gradients, learningRate }: Update,
  { momentum, weightDecay }: { readonly momentum: number; readonly weightDecay: number },
  velocities: OptimizerState,
): void => {
  for (const [p, values] of parameters.entries())
    for (let i = 0; i < values.length; i++) {
      const velocity = velocities[p];
      velocity[i] = momentum * velocity[i] + gradients[p][i] + weightDecay * values[i];
      values[i] -= learningRate * velocity[i];
    }
};

/** Adam (Kingma and Ba 2015) with L2 weight decay added to the gradient. Source: torch.optim.Adam. */
const adam = (
  { parameters, gradients, learningRate }: Update,
  weightDecay: number,
  state: OptimizerState,
): void => {
  const { beta1, beta2, epsilon } = adamConstants;
  const count = parameters.length;
  const steps = state[2 * count];
  steps[0]++;
  const rate = learningRate / (1 - power(beta1, steps[0]));
  const secondScale = Math.sqrt(1 - power(beta2, steps[0]));
  for (const [p, values] of parameters.entries()) {
    const [first, second] = [state[p], state[count + p]];
    for (let i = 0; i < values.length; i++) {
      const gradient = gradients[p][i] + weightDecay * values[i];
      first[i] = beta1 * first[i] + (1 - beta1) * gradient;
      second[i] = beta2 * second[i] + (1 - beta2) * gradient * gradient;
      values[i] -= (rate * first[i]) / (Math.sqrt(second[i]) / secondScale + epsilon);
    }
  }
};

/** What an optimizer remembers of some of the parameter arrays; its arrays are those of the whole. */
export const stateOfSome = (
  state: OptimizerState,
  arrays: number,
  places: readonly number[],
): OptimizerState => {
  const lists = Math.floor(state.length / arrays);
  const some = Array.from({ length: lists }, (_, list) =>
    places.map((place) => state[list * arrays + place]),
  ).flat();
  return [...some, ...state.slice(lists * arrays)];
};

/** One update. Mutates the parameters and `state`, which `initialOptimizerState` has made for them. */
export const updateParameters = (
  settings: OptimizerSettings,
  state: OptimizerState,
  update: Update,
): void => {
  if (settings.method === 'adam') adam(update, settings.weightDecay, state);
  else if (settings.momentum === 0) descend(update, settings.weightDecay);
  else descendWithMomentum(update, settings, state);
};
