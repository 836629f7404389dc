import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import { theoryDataSize } from '../../../src/experiment/experiment.js';
import { drawInputs, gaussianData, manifoldData, theoryData } from '../../../src/net/construction/inputs.js';
import { createTwoLayerStudent } from '../../../src/net/construction/two-layer-student.js';
import {
  createTwoLayerTeacher,
  type TeacherSettings,
} from '../../../src/net/construction/two-layer-teacher.js';
import type { Matrix } from '../../../src/net/matrix.js';
import { fanOutNorms } from '../../../src/net/nodes.js';
import { RandomStream } from '../../../src/net/random.js';
import { stackedLayers } from '../../support/problems.js';
import { matrixOf } from '../../support/theory.js';

const seed = 5;
const choices = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];
const teacherStream = () => RandomStream.of(seed, 'teacher');
const settings: TeacherSettings = {
  d: 12,
  m: 6,
  c: 8,
  relu: true,
  teacherChoices: choices,
  teacherScale: 0.1,
  strengthDecay: 0,
  bias: -0.1,
  noBias: false,
};

const columnOf = ({ rows, columns, data }: Matrix, j: number, skipLast: boolean): number[] =>
  Array.from({ length: rows - (skipLast ? 1 : 0) }, (_, i) => data[i * columns + j]);
const columnsOf = (a: Matrix): number[][] =>
  Array.from({ length: a.columns }, (_, j) => columnOf(a, j, true));
const lastRow = (a: Matrix): number[] => Array.from(a.data.subarray(-a.columns));
const length = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0));

describe('teacher', () => {
  test('has unit columns above a row of biases (seed 5)', () => {
    const { w1, w2 } = stackedLayers(createTwoLayerTeacher(settings, teacherStream()));
    expect([w1.rows, w1.columns, w2.rows, w2.columns]).toEqual([13, 6, 7, 8]);
    for (const column of columnsOf(w1)) expect(length(column)).toBeCloseTo(1, 14);
    expect(lastRow(w1)).toEqual(new Array(6).fill(-0.1));
    expect(lastRow(w2)).toEqual(new Array(8).fill(-0.1));
  });

  test('draws output columns from the choices, all different and none all zero, even when few exist', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (runSeed) => {
        const tight = { ...settings, d: 3, m: 3, c: 7, teacherChoices: [0, 1] };
        const { w1, w2 } = stackedLayers(createTwoLayerTeacher(tight, RandomStream.of(runSeed, 'teacher')));
        const outputs = columnsOf(w2).map(String);
        expect(new Set(outputs).size).toBe(7);
        expect(outputs).not.toContain('0,0,0');
        expect(outputs.every((column) => /^[01],[01],[01]$/.test(column))).toBe(true);
        expect(new Set(columnsOf(w1).map(String)).size).toBe(3);
      }),
      { seed, numRuns: 50 },
    );
  });

  test('strength decay p divides fan-out row j by (j+1)^p and leaves the biases (seed 5)', () => {
    const plain = createTwoLayerTeacher(settings, teacherStream());
    const decayed = createTwoLayerTeacher({ ...settings, strengthDecay: 1.5 }, teacherStream());
    const ratios = Array.from(fanOutNorms(plain, 0), (norm, j) => norm / fanOutNorms(decayed, 0)[j]);
    ratios.forEach((ratio, j) => {
      expect(ratio).toBeCloseTo((j + 1) ** 1.5, 10);
    });
    expect(decayed.final.bias).toEqual(plain.final.bias);
    expect(decayed.hidden).toEqual(plain.hidden);
  });

  test('noBias zeroes every bias whatever `bias` says (seed 5)', () => {
    const { w1, w2 } = stackedLayers(
      createTwoLayerTeacher({ ...settings, noBias: true, bias: 3 }, teacherStream()),
    );
    expect([...lastRow(w1), ...lastRow(w2)]).toEqual(new Array(14).fill(0));
  });

  test('without choices is Gaussian: teacherScale scales the second layer (seed 5)', () => {
    const gaussian = { ...settings, m: 40, c: 50, teacherChoices: null };
    const { w1, w2 } = stackedLayers(
      createTwoLayerTeacher({ ...gaussian, teacherScale: 3 }, teacherStream()),
    );
    for (const column of columnsOf(w1)) expect(length(column)).toBeCloseTo(1, 14);
    const entries = columnsOf(w2).flat();
    expect(length(entries) / Math.sqrt(entries.length)).toBeGreaterThan(2.8);
    expect(length(entries) / Math.sqrt(entries.length)).toBeLessThan(3.2);
  });

  test('is the same for the same seed and another for another (seeds 5, 6)', () => {
    expect(createTwoLayerTeacher(settings, teacherStream())).toEqual(
      createTwoLayerTeacher(settings, teacherStream()),
    );
    expect(createTwoLayerTeacher(settings, RandomStream.of(6, 'teacher'))).not.toEqual(
      createTwoLayerTeacher(settings, teacherStream()),
    );
  });
});

describe('student', () => {
  const base = {
    d: 12,
    n: 24,
    c: 8,
    relu: true,
    studentScale: 0.05,
    advInit: 'none',
    normalizeStudent: false,
  } as const;
  const teacher = createTwoLayerTeacher(settings, teacherStream());
  const create = (change: Partial<Parameters<typeof createTwoLayerStudent>[0]> = {}) =>
    stackedLayers(createTwoLayerStudent({ ...base, ...change }, teacher, RandomStream.of(seed, 'student')));
  const dots = (w1: Matrix): number[] => {
    const { w1: features } = stackedLayers(teacher);
    const last = columnOf(features, features.columns - 1, true);
    return columnsOf(w1).map((column) => column.reduce((sum, v, i) => sum + v * last[i], 0));
  };

  test('is Gaussian times studentScale with zero biases (seed 5)', () => {
    const { w1, w2 } = create();
    const entries = columnsOf(w1).flat();
    expect(length(entries) / Math.sqrt(entries.length)).toBeCloseTo(0.05, 2);
    expect([...lastRow(w1), ...lastRow(w2)].every((value) => value === 0)).toBe(true);
    expect(dots(w1).some((dot) => dot > 0)).toBe(true);
    expect(dots(w1).some((dot) => dot < 0)).toBe(true);
  });

  test.each([
    ['adv', -1],
    ['help', 1],
  ] as const)(
    'advInit %s leaves every column on one side of the last teacher node (seed 5)',
    (advInit, side) => {
      const turned = create({ advInit });
      expect(dots(turned.w1).every((dot) => dot * side > 0)).toBe(true);
      expect(columnsOf(turned.w1).map((column) => column.map(Math.abs))).toEqual(
        columnsOf(create().w1).map((column) => column.map(Math.abs)),
      );
      expect(turned.w2).toEqual(create().w2);
    },
  );

  test('normalizeStudent makes columns of unit length in the same direction (seed 5)', () => {
    const plain = columnsOf(create({ advInit: 'help' }).w1);
    columnsOf(create({ advInit: 'help', normalizeStudent: true }).w1).forEach((column, k) => {
      expect(length(column)).toBeCloseTo(1, 14);
      column.forEach((value, i) => {
        expect(value * length(plain[k])).toBeCloseTo(plain[k][i], 14);
      });
    });
  });
});

describe('data', () => {
  test('Gaussian data has the standard deviation asked for (seed 5)', () => {
    const { data } = gaussianData(2000, 10, 1.5, RandomStream.of(seed, 'train-data'));
    expect(length(data) / Math.sqrt(data.length)).toBeCloseTo(1.5, 1);
    expect(Math.abs(data.reduce((sum, v) => sum + v, 0) / data.length)).toBeLessThan(0.05);
  });

  const [features] = createTwoLayerTeacher(settings, teacherStream()).hidden;
  const theory = { d: 12, m: 6, trainSize: 100, dataStd: 1.5, theoryMean: 1, theorySigma: 0.5 };

  test('theory data has a multiple of 3m samples, at least as many as asked for', () => {
    expect(theoryDataSize(theory)).toBe(108);
    expect(theoryDataSize({ m: 6, trainSize: 108 })).toBe(108);
    expect(theoryDataSize({ m: 6, trainSize: 1 })).toBe(18);
  });

  test('every theory sample lies on the sphere of radius dataStd sqrt(d) (seed 5)', () => {
    const set = theoryData(theory, features, RandomStream.of(seed, 'train-data'));
    expect(set.rows).toBe(108);
    for (let i = 0; i < set.rows; i++)
      expect(length(set.data.subarray(i * 12, (i + 1) * 12))).toBeCloseTo(1.5 * Math.sqrt(12), 10);
  });

  test('without biases, boundary samples are on the boundary and the others at alpha on either side (seed 5)', () => {
    const [noBias] = createTwoLayerTeacher({ ...settings, noBias: true }, teacherStream()).hidden;
    const set = theoryData(theory, noBias, RandomStream.of(seed, 'train-data'));
    const perNode = 108 / 18;
    for (let j = 0; j < 6; j++) {
      const w = [...noBias.weight.data.slice(12 * j, 12 * j + 12)];
      const dot = (side: number, point: number): number => {
        const row = (3 * j + side) * perNode + point;
        return w.reduce((sum, value, i) => sum + value * set.data[row * 12 + i], 0);
      };
      for (let point = 0; point < perNode; point++) {
        expect(dot(0, point)).toBeCloseTo(0, 12);
        expect(dot(1, point)).toBeGreaterThan(0.2);
        expect(dot(2, point)).toBeCloseTo(-dot(1, point), 12);
      }
    }
  });

  test('with biases, the three samples of a point are the boundary point and its shifts, rescaled (seed 5)', () => {
    const set = theoryData({ ...theory, theorySigma: 0 }, features, RandomStream.of(seed, 'train-data'));
    const perNode = 108 / 18;
    const rows = [0, perNode, 2 * perNode].map((row) =>
      Array.from(set.data.subarray(row * 12, row * 12 + 12)),
    );
    const w = [...features.weight.data.slice(0, 12)];
    const bias = features.bias?.[0] ?? 0;
    const dot = (x: readonly number[]): number => x.reduce((sum, v, i) => sum + v * w[i], 0);
    const onBoundary = rows[0].map((value) => (value * -bias) / dot(rows[0]));
    const shifted = onBoundary.map((value, i) => value + w[i]);
    const scale = length(rows[1]) / length(shifted);
    shifted.forEach((value, i) => {
      expect(value * scale).toBeCloseTo(rows[1][i], 8);
    });
  });
});

describe('inputs on a hidden manifold', () => {
  const manifold = { seed, d: 6, dataStd: 1.5, latentDimension: 4 };

  test('are signs whose covariance is the arcsine law of the mixtures, 2/pi asin cos(F_i, F_j) (seed 5)', () => {
    const samples = 40_000;
    const { data } = manifoldData(samples, manifold, RandomStream.of(seed, 'train-data'));
    const { data: features } = gaussianData(6, 4, 1, RandomStream.of(seed, 'manifold'));
    const row = (i: number): Float64Array => features.subarray(4 * i, 4 * i + 4);
    const dot = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, value, k) => sum + value * b[k], 0);
    for (let i = 0; i < 6; i++)
      for (let j = 0; j < i; j++) {
        let sum = 0;
        for (let s = 0; s < samples; s++) sum += data[6 * s + i] * data[6 * s + j];
        const cosine = dot(row(i), row(j)) / Math.sqrt(dot(row(i), row(i)) * dot(row(j), row(j)));
        expect(Math.abs(sum / samples / 1.5 ** 2 - (2 / Math.PI) * Math.asin(cosine))).toBeLessThan(0.02);
      }
    expect(new Set(data)).toEqual(new Set([-1.5, 1.5]));
  });

  test("are NumPy's, of NumPy's features and latent numbers", () => {
    const file = join(import.meta.dirname, '..', '..', 'fixtures', 'inputs', 'manifold.json');
    const { expected, samples, generators, ...settings } = JSON.parse(readFileSync(file, 'utf8'));
    const latentStream = () => new RandomStream(generators.latent);
    const [features, latent] = [
      gaussianData(settings.d, settings.latentDimension, 1, RandomStream.of(settings.seed, 'manifold')),
      gaussianData(samples, settings.latentDimension, 1, latentStream()),
    ];
    for (const [draws, numbers] of [
      [features, expected.features],
      [latent, expected.latent],
    ] as const)
      expect(Array.from(draws.data)).toEqual(
        numbers.flat().map((value: number) => expect.closeTo(value, 12)),
      );
    expect(manifoldData(samples, settings, latentStream())).toEqual(matrixOf(expected.inputs));
  });

  test('of one latent number are one input and its opposite, in training and evaluation alike', () => {
    const experiment = resolveExperiment({ d: 5, latentDimension: 1, seed }, 'test');
    const sets = (['train-data', 'eval-data'] as const).map((name) =>
      drawInputs(experiment, 20, RandomStream.of(seed, name)),
    );
    const rows = sets.flatMap(({ data }) =>
      Array.from({ length: 20 }, (_, i) => String(data.slice(5 * i, 5 * i + 5))),
    );
    expect(new Set(rows).size).toBe(2);
  });
});
