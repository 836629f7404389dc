import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noLosses } from '../../../src/engine/engine.js';
import { createNaiveDeepEngine } from '../../../src/engine/naive/naive-deep.js';
import { everyArray } from '../../../src/net/deep-network.js';
import { streamState } from '../../../src/net/random.js';
import { EpochSampler } from '../../../src/problem/epoch-sampler.js';
import { deepProblem, deepVariants, normAndImageVariants } from '../../support/deep-problems.js';

const engineOf = (options: Parameters<typeof deepProblem>[0] = {}) =>
  createNaiveDeepEngine(deepProblem(options), { precision: 'float64' });

describe.each(Object.entries({ ...deepVariants, ...normAndImageVariants }))('%s', (_, options) => {
  test('learns, and cutting the steps changes no bit', () => {
    const [whole, cut] = [engineOf(options), engineOf(options)];
    const before = whole.evaluate('train').loss;
    const report = whole.train(21);
    let losses = noLosses;
    for (const steps of [1, 6, 9, 5]) losses = cut.train(steps, losses).losses;
    expect(losses).toEqual(report.losses);
    expect(everyArray(cut.readState().student)).toEqual(everyArray(whole.readState().student));
    expect(whole.evaluate('train').loss).toBeLessThan(before);
    expect(whole.loss('eval')).toBeCloseTo(whole.evaluate('eval').loss, 12);
  });

  test('a restored state continues bit for bit', () => {
    const engine = engineOf(options);
    engine.train(10);
    const state = engine.readState();
    engine.train(11);
    const end = engine.readState();
    engine.writeState(state);
    engine.train(11);
    expect(engine.readState()).toEqual(end);
  });
});

test('a batch that is not finite ends the call', () => {
  const engine = engineOf({ learningRate: 1e6 });
  const report = engine.train(300);
  expect(report.diverged).toBe(true);
  expect(report.steps).toBeLessThan(300);
});

describe('the epoch sampler', () => {
  test('goes once through all samples each epoch, the last batch short, in new orders (any sizes)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 70 }), (samples, batch) => {
        const state = EpochSampler.initialState(streamState(3, 'batches'));
        const sampler = new EpochSampler(state, samples, batch);
        const epoch = (): number[] => {
          const rows: number[] = [];
          while (rows.length < samples) {
            const next = sampler.next();
            expect(next.length).toBe(Math.min(batch, samples - rows.length));
            rows.push(...next);
          }
          return rows;
        };
        const all = Array.from({ length: samples }, (_, i) => i);
        const [first, second] = [epoch(), epoch()];
        for (const rows of [first, second]) expect([...rows].sort((a, b) => a - b)).toEqual(all);
        if (samples > 12) expect(second).not.toEqual(first);
      }),
      { seed: 8, numRuns: 60 },
    );
  });

  test('continues from its state in the middle of an epoch and at its end', () => {
    for (const taken of [0, 1, 3, 4, 5]) {
      const sampler = new EpochSampler(EpochSampler.initialState(streamState(3, 'batches')), 25, 7);
      for (let i = 0; i < taken; i++) sampler.next();
      const twin = new EpochSampler(sampler.state, 25, 7);
      for (let i = 0; i < 9; i++) expect([...twin.next()]).toEqual([...sampler.next()]);
    }
  });
});
