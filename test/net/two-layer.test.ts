import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussianData } from '../../src/net/construction/inputs.js';
import { copy, type Matrix, multiply, takeRows, transpose } from '../../src/net/matrix.js';
import { RandomStream } from '../../src/net/random.js';
import {
  backward,
  forward,
  meanSquare,
  normalizeColumns,
  outputGradient,
  step,
  type TwoLayer,
  type UpdateRule,
} from '../../src/net/two-layer.js';

const plain: UpdateRule = {
  relu: true,
  featuresFixed: false,
  topLayerFixed: false,
  normalizeStudent: false,
  noBias: false,
};

const randomNet = (d: number, nodes: number, c: number, stream: RandomStream): TwoLayer => ({
  w1: gaussianData(d + 1, nodes, 1, stream),
  w2: gaussianData(nodes + 1, c, 1, stream),
});

const setUp = (runSeed: number, relu = true) => {
  const stream = RandomStream.of(runSeed, 'student');
  const [d, m, n, c, batch] = [4, 3, 5, 2, 6];
  const teacher = randomNet(d, m, c, stream);
  const student = randomNet(d, n, c, stream);
  const x = gaussianData(batch, d, 1, stream);
  return { student, x, target: forward(teacher, x, relu).output };
};

/** Half the squared error summed over outputs, averaged over the batch: what a step descends. */
const objective = (student: TwoLayer, x: Matrix, target: Matrix, relu: boolean): number => {
  const g2 = outputGradient(target, forward(student, x, relu).output);
  return (meanSquare(g2) * g2.columns) / 2;
};

/** Distance of the closest pre-activation to the kink at 0. */
const distanceToKink = (student: TwoLayer, x: Matrix): number =>
  forward(student, x, false).hidden.data.reduce((least, value) => Math.min(least, Math.abs(value)), 1);

describe('gradients', () => {
  test.each([true, false])('equal central differences away from kinks, relu %s (seeds 0-1000)', (relu) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (runSeed) => {
        const { student, x, target } = setUp(runSeed, relu);
        fc.pre(!relu || distanceToKink(student, x) > 1e-3);
        const activations = forward(student, x, relu);
        const deltas = backward(student, activations, outputGradient(target, activations.output));
        const check = (weights: Float64Array, delta: Float64Array): void => {
          for (let i = 0; i < weights.length; i++) {
            const [kept, h] = [weights[i], 1e-5];
            weights[i] = kept + h;
            const above = objective(student, x, target, relu);
            weights[i] = kept - h;
            const below = objective(student, x, target, relu);
            weights[i] = kept;
            expect(-(above - below) / (2 * h)).toBeCloseTo(delta[i], 5);
          }
        };
        check(student.w1.data, deltas.deltaW1.data);
        check(student.w2.data, deltas.deltaW2.data);
      }),
      { seed: 3, numRuns: 20 },
    );
  });
});

describe('forward', () => {
  test('appends the constant unit to inputs and hidden units, and cuts below 0 (seed 1)', () => {
    const { student, x } = setUp(1);
    const { input, hidden, gate } = forward(student, x, true);
    expect([input.columns, hidden.columns]).toEqual([5, 6]);
    const preActivation = multiply(input, student.w1);
    for (let i = 0; i < x.rows; i++) {
      expect([input.data[i * 5 + 4], hidden.data[i * 6 + 5], gate[i * 6 + 5]]).toEqual([1, 1, 1]);
      for (let k = 0; k < 5; k++) {
        const value = preActivation.data[i * 5 + k];
        expect(hidden.data[i * 6 + k]).toBe(Math.max(0, value));
        expect(gate[i * 6 + k]).toBe(value >= 0 ? 1 : 0);
      }
    }
  });

  test('gates a pre-activation of exactly 0 open', () => {
    const net: TwoLayer = {
      w1: { rows: 2, columns: 1, data: Float64Array.of(1, 0) },
      w2: { rows: 2, columns: 1, data: Float64Array.of(1, 0) },
    };
    expect(forward(net, { rows: 1, columns: 1, data: Float64Array.of(0) }, true).gate[0]).toBe(1);
  });
});

describe('step', () => {
  const copyNet = (net: TwoLayer): TwoLayer => ({ w1: copy(net.w1), w2: copy(net.w2) });
  const stepped = (rule: Partial<UpdateRule>) => {
    const { student, x, target } = setUp(2);
    const before = copyNet(student);
    const loss = step(student, x, target, 0.01, { ...plain, ...rule });
    return { before, after: student, loss, x, target };
  };

  test('returns the loss before the update and lowers it (seed 2)', () => {
    const { before, after, loss, x, target } = stepped({});
    const lossOf = (net: TwoLayer) => meanSquare(outputGradient(target, forward(net, x, true).output));
    expect(loss).toBe(lossOf(before));
    expect(lossOf(after)).toBeLessThan(loss);
  });

  test('takes both deltas before either update (seed 2)', () => {
    const { before, after, x, target } = stepped({});
    const activations = forward(before, x, true);
    const { deltaW1, deltaW2 } = backward(before, activations, outputGradient(target, activations.output));
    after.w1.data.forEach((w, i) => {
      expect(w).toBe(before.w1.data[i] + 0.01 * deltaW1.data[i]);
    });
    after.w2.data.forEach((w, i) => {
      expect(w).toBe(before.w2.data[i] + 0.01 * deltaW2.data[i]);
    });
  });

  test('featuresFixed leaves the first layer, topLayerFixed the second (seed 2)', () => {
    const features = stepped({ featuresFixed: true, normalizeStudent: true });
    expect(features.after.w1).toEqual(features.before.w1);
    expect(features.after.w2).not.toEqual(features.before.w2);
    const top = stepped({ topLayerFixed: true });
    expect(top.after.w2).toEqual(top.before.w2);
    expect(top.after.w1).not.toEqual(top.before.w1);
  });

  test('normalizeStudent rescales columns to unit length and leaves their biases (seed 2)', () => {
    const { after } = stepped({ normalizeStudent: true });
    const unscaled = stepped({}).after;
    for (let k = 0; k < 5; k++) {
      const sum = [0, 1, 2, 3].reduce((total, i) => total + after.w1.data[i * 5 + k] ** 2, 0);
      expect(sum).toBeCloseTo(1, 14);
      expect(after.w1.data[20 + k]).toBe(unscaled.w1.data[20 + k]);
    }
  });

  test('noBias zeroes both bias rows after the step (seed 2)', () => {
    const { after } = stepped({ noBias: true });
    expect(Array.from(after.w1.data.subarray(-5))).toEqual([0, 0, 0, 0, 0]);
    expect(Array.from(after.w2.data.subarray(-2))).toEqual([0, 0]);
  });

  test('moves nothing when the student is the teacher (seed 2)', () => {
    const { student, x } = setUp(2);
    const before = copyNet(student);
    expect(step(student, x, forward(student, x, true).output, 0.1, plain)).toBe(0);
    expect(student).toEqual(before);
  });
});

describe('matrices', () => {
  const matrix = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 99 }))
    .map(([rows, columns, runSeed]) => gaussianData(rows, columns, 1, RandomStream.of(runSeed, 'student')));

  test('(a b)^T = b^T a^T', () => {
    fc.assert(
      fc.property(matrix, fc.integer({ min: 1, max: 4 }), (a, columns) => {
        const b = gaussianData(a.columns, columns, 1, RandomStream.of(1, 'teacher'));
        const left = transpose(multiply(a, b));
        const right = multiply(transpose(b), transpose(a));
        left.data.forEach((value, i) => {
          expect(value).toBeCloseTo(right.data[i], 12);
        });
      }),
      { seed: 4 },
    );
  });

  test('taking rows repeats and reorders them', () => {
    const a: Matrix = { rows: 2, columns: 2, data: Float64Array.of(1, 2, 3, 4) };
    expect(Array.from(takeRows(a, [1, 0, 1]).data)).toEqual([3, 4, 1, 2, 3, 4]);
  });

  test('normalizing leaves a zero column and every bias', () => {
    const a: Matrix = { rows: 3, columns: 2, data: Float64Array.of(0, 3, 0, 4, 7, 8) };
    normalizeColumns(a);
    expect(Array.from(a.data)).toEqual([0, 3 / 5, 0, 4 / 5, 7, 8]);
  });

  test('normalizing twice changes nothing more', () => {
    fc.assert(
      fc.property(matrix, (a) => {
        fc.pre(a.rows > 1);
        normalizeColumns(a);
        const once = copy(a);
        normalizeColumns(a);
        a.data.forEach((value, i) => {
          expect(value).toBeCloseTo(once.data[i], 14);
        });
      }),
      { seed: 4 },
    );
  });
});
