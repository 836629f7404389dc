import { describe, expect, test } from 'vitest';
import { initialOptimizerState, updateParameters } from '../../src/net/optimizer.js';

describe('optimizers', () => {
  const run = (settings: Parameters<typeof updateParameters>[0], gradients: readonly number[]): number => {
    const parameters = [Float64Array.of(1)];
    const state = initialOptimizerState(settings, parameters);
    for (const gradient of gradients)
      updateParameters(settings, state, {
        parameters,
        gradients: [Float64Array.of(gradient)],
        learningRate: 0.1,
      });
    return parameters[0][0];
  };

  test('by hand: two steps of momentum 0.5 with weight decay 0.1', () => {
    const afterOne = 1 - 0.1 * (2 + 0.1);
    const velocity = 0.5 * 2.1 + (3 + 0.1 * afterOne);
    expect(run({ method: 'sgd', momentum: 0.5, weightDecay: 0.1 }, [2, 3])).toBeCloseTo(
      afterOne - 0.1 * velocity,
      14,
    );
  });

  test('the first step of Adam is the learning rate, whatever the gradient', () => {
    for (const gradient of [1e-3, 5, -700])
      expect(run({ method: 'adam', weightDecay: 0 }, [gradient])).toBeCloseTo(
        1 - 0.1 * Math.sign(gradient),
        5,
      );
  });
});
