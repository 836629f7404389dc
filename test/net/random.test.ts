import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStream, streamState } from '../../src/net/random.js';

const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & 0xffffffffn;

/** xoshiro128** in arbitrary precision, from the published description. */
const xoshiro = (seed: readonly number[], count: number): number[] => {
  let [a, b, c, d] = seed.map(BigInt);
  return Array.from({ length: count }, () => {
    const result = (rotl((b * 5n) & 0xffffffffn, 7n) * 9n) & 0xffffffffn;
    const t = (b << 9n) & 0xffffffffn;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11n);
    return Number(result);
  });
};

describe('random streams', () => {
  test('are xoshiro128** from any state', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), (state) => {
        const stream = new RandomStream(Uint32Array.from(state));
        expect(Array.from({ length: 20 }, () => stream.nextUint32())).toEqual(xoshiro(state, 20));
      }),
      { seed: 1 },
    );
  });

  test('differ by name and by seed, and repeat for the same', () => {
    const names = ['teacher', 'student', 'train-data', 'eval-data', 'batches', 'perturbation'] as const;
    const states = [0, 1, 2, 0xffffffff].flatMap((seed) =>
      names.map((name) => String(streamState(seed, name))),
    );
    expect(new Set(states).size).toBe(24);
    expect(streamState(7, 'batches')).toEqual(streamState(7, 'batches'));
    expect(states).not.toContain('0,0,0,0');
  });

  test('continue from a saved state (seed 7)', () => {
    const stream = RandomStream.of(7, 'batches');
    stream.nextNormal();
    const saved = Uint32Array.from(stream.state);
    const next = [stream.nextNormal(), stream.nextIndex(10), stream.nextUniform()];
    const restored = new RandomStream(saved);
    expect([restored.nextNormal(), restored.nextIndex(10), restored.nextUniform()]).toEqual(next);
  });

  test('indices cover [0, bound) evenly (seed 7)', () => {
    const stream = RandomStream.of(7, 'batches');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 7000; i++) counts[stream.nextIndex(7)]++;
    expect(Math.min(...counts)).toBeGreaterThan(900);
    expect(Math.max(...counts)).toBeLessThan(1100);
  });

  test.each([0, 1, 255, 256, 257, 600])(
    'fill %i numbers with those drawn one by one, and go on from there',
    (count) => {
      const [filling, drawing] = [RandomStream.of(7, 'teacher'), RandomStream.of(7, 'teacher')];
      const filled = new Float64Array(count);
      filling.fillNormals(filled, 1.5);
      expect(filled).toEqual(Float64Array.from({ length: count }, () => 1.5 * drawing.nextNormal()));
      expect(filling.state).toEqual(drawing.state);
    },
  );

  test('normal numbers have mean 0, variance 1 and fourth moment 3 (seed 7)', () => {
    const stream = RandomStream.of(7, 'student');
    const values = Array.from({ length: 40_000 }, () => stream.nextNormal());
    const moment = (k: number) => values.reduce((sum, v) => sum + v ** k, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15);
  });
});
