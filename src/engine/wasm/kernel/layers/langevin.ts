// The noise of Langevin dynamics, in the order in which the oracle draws it: a unit's weights one after the other as PyTorch
// orders them, then the biases, then scales and shifts of a norm that is trained.
import { Layer, NetworkRecord, normOf } from '../host-records';
import { panelAt, perPanel, rowAt } from '../products/panel';
import { nextNormal } from '../sampler';

/** Adds noise of this deviation to one number of a matrix in panels. */
@inline
function addTo<T>(matrix: usize, step: usize, unit: i32, row: i32, deviation: f64, random: usize): void {
  const lane = <usize>(unit & (perPanel<T>() - 1));
  const at = rowAt(panelAt(matrix, step, unit / perPanel<T>()), row) + lane * sizeof<T>();
  store<T>(at, <T>(<f64>load<T>(at) + deviation * nextNormal(random)));
}

/** One row of a matrix, unit by unit. */
function addToRow<T>(matrix: usize, step: usize, units: i32, row: i32, deviation: f64, random: usize): void {
  for (let unit = 0; unit < units; unit++) addTo<T>(matrix, step, unit, row, deviation, random);
}

/** Adds Gaussian noise of variance 2 rate temperature to all numbers of a layer that are trained. */
export function addLangevinNoise<T>(network: NetworkRecord, layer: Layer): void {
  const deviation = Math.sqrt(2 * network.learningRate * network.temperature), random = network.sampler;
  const weights = layer.weights, weightStep = layer.weightStep, channels = layer.channels;
  const places = layer.inputs / channels;
  for (let unit = 0; unit < layer.units; unit++)
    for (let channel = 0; channel < channels; channel++)
      for (let place = 0; place < places; place++)
        addTo<T>(weights, weightStep, unit, place * channels + channel, deviation, random);
  if (layer.biased) addToRow<T>(weights, weightStep, layer.units, layer.inputs, deviation, random);
  if (!layer.norm || !normOf(layer).trained) return;
  const norm = normOf(layer);
  for (let row = 0; row < 2; row++) addToRow<T>(norm.affine, norm.step, layer.units, row, deviation, random);
}
