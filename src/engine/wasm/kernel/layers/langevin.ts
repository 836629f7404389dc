// The noise of Langevin dynamics, in the order in which the oracle draws it: layer by layer a unit's weights one after the
// other, then the biases.
import { panelAt, perPanel, rowAt } from '../products/panel';
import { Layer, layerAt, NetworkRecord } from '../host-records';
import { nextNormal } from '../sampler';

/** Adds noise of this deviation to one row of a unit's weights, its bias being the last. */
@inline
function addTo<T>(layer: Layer, unit: i32, row: i32, deviation: f64, random: usize): void {
  const lane = <usize>(unit & (perPanel<T>() - 1));
  const at = rowAt(panelAt(layer.weights, layer.weightStep, unit / perPanel<T>()), row) + lane * sizeof<T>();
  store<T>(at, <T>(<f64>load<T>(at) + deviation * nextNormal(random)));
}

/** Adds Gaussian noise of variance 2 rate temperature to all weights and biases that are trained. */
export function addLangevinNoise<T>(network: NetworkRecord): void {
  const deviation = Math.sqrt(2 * network.learningRate * network.temperature), random = network.sampler;
  for (let l = 0; l < network.layerCount; l++) {
    const layer = layerAt(network, l);
    if (layer.frozen) continue;
    for (let unit = 0; unit < layer.units; unit++)
      for (let row = 0; row < layer.inputs; row++) addTo<T>(layer, unit, row, deviation, random);
    for (let unit = 0; unit < layer.units; unit++) addTo<T>(layer, unit, layer.inputs, deviation, random);
  }
}
