// A dense layer: every unit reads all of the layer below.
import { panelsOf } from '../products/panel';
import { backwardTiles, forwardTiles, outerSum } from '../products/tiled-products';
import { Layer } from '../host-records';

/** The layer's products with a block of samples, in a range of unit tiles. */
export function forwardDense<T>(layer: Layer, samples: i32, activation: i32, from: i32, to: i32): void {
  forwardTiles<T>(
    layer.weights, layer.weightStep, layer.reads, layer.readStep, layer.inputs + 1, layer.units, panelsOf<T>(samples),
    layer.raw, layer.rawStep, false, activation, <T>layer.slope, from, to,
  );
}

/** The gradient at the units below that tiles [from, to) of the weights read; 0 behind closed gates where `gates`. */
export function carryDense<T>(layer: Layer, below: Layer, gates: bool, samples: i32, from: i32, to: i32): void {
  backwardTiles<T>(
    layer.weights, layer.weightStep, layer.gradient, layer.gradientStep, layer.inputs, layer.units,
    panelsOf<T>(samples), below.gradient, below.gradientStep, layer.reads, layer.readStep, gates, from, to,
  );
}

/** Sums the gradient of a panel of weights up over a block of samples, in tiles [from, to). */
export function sumDense<T>(layer: Layer, samples: i32, g: usize, kept: usize, finish: i32, from: i32, to: i32): void {
  outerSum<T>(layer.reads, layer.readStep, g, layer.inputs + 1, samples, kept, finish, from, to);
}
