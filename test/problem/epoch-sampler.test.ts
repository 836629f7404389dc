import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { streamState } from '../../src/net/random.js';
import { EpochSampler } from '../../src/problem/epoch-sampler.js';

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
      const same = new EpochSampler(sampler.state, 25, 7);
      for (let i = 0; i < 9; i++) expect([...same.next()]).toEqual([...sampler.next()]);
    }
  });
});
