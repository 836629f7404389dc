// The gradient behind leaky units, which keep the sign of what they were given.
import { leakedBack } from '../products/finish';
import { LINE, panelAt, rowAt } from '../products/panel';
import { VECTOR } from '../products/vector';
import { Layer, normOf } from '../host-records';
import { LEAKY, LEAKY_OPEN_AT_ZERO } from '../products/tile';

@inline
export function isLeaky(layer: Layer): bool {
  return layer.activation == LEAKY || layer.activation == LEAKY_OPEN_AT_ZERO;
}

/** Whether the gradient at a layer's units passes leaky gates at once: those behind a norm see it later. */
@inline
export function leaksAtOnce(layer: Layer): bool {
  return isLeaky(layer) && (!layer.norm || normOf(layer).beforeActivation != 0);
}

@inline
function leakLines<T>(gradient: usize, units: usize, lines: i32, slope: v128, openAtZero: bool): void {
  const end = rowAt(gradient, lines);
  for (; gradient < end; gradient += LINE) {
    for (let j: usize = 0; j < LINE; j += VECTOR)
      v128.store(gradient + j, leakedBack<T>(v128.load(gradient + j), v128.load(units + j), slope, openAtZero));
    units += LINE;
  }
}

/** Takes the gradient at rows [first, end) of panels [from, to) of samples back through a layer's leaky gates. */
export function carryThroughLeaks<T>(layer: Layer, from: i32, to: i32, first: i32, end: i32): void {
  const slope = v128.splat<T>(<T>layer.slope);
  for (let panel = from; panel < to; panel++) {
    const gradient = rowAt(panelAt(layer.gradient, layer.gradientStep, panel), first);
    const units = rowAt(panelAt(layer.out, layer.outStep, panel), first);
    if (layer.activation == LEAKY) leakLines<T>(gradient, units, end - first, slope, false);
    else leakLines<T>(gradient, units, end - first, slope, true);
  }
}
