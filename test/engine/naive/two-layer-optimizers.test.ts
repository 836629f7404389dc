import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import { twoLayerRules } from '../../../src/net/construction/training-rules.js';
import { forward } from '../../../src/net/forward.js';
import type { Matrix } from '../../../src/net/matrix.js';
import { relu } from '../../../src/net/network.js';
import { networkOfStacked } from '../../../src/net/stacked.js';
import { prepareRun } from '../../../src/problem/prepare.js';
import type { Problem } from '../../../src/problem/problem.js';
import { plainOptions, stackedLayers, type UpdateOptions } from '../../support/problems.js';
import { matrixOf } from '../../support/theory.js';

const file = join(import.meta.dirname, '..', '..', 'fixtures', 'optimizers', 'two-layer.json');
const fixture = JSON.parse(readFileSync(file, 'utf8'));

type Layers = { readonly w1: number[][]; readonly w2: number[][] };
const networkOf = ({ w1, w2 }: Layers) => networkOfStacked(matrixOf(w1), matrixOf(w2), relu);

const problemOf = (options: Partial<UpdateOptions>, learningRate: number): Problem => ({
  ...twoLayerRules({ ...plainOptions, ...options, sgd: false, batchSize: 1, learningRate }),
  teacher: networkOf(fixture.teacher),
  student: networkOf(fixture.student),
  activeNodes: [[0, 1]],
  outputNoise: null,
  trainingSet: matrixOf(fixture.x),
  evaluationSet: matrixOf(fixture.x),
  evaluationLabels: null,
  samplerState: Uint32Array.from(fixture.generator),
});

const cases = {
  weightDecay: problemOf({ weightDecay: 0.1 }, 0.05),
  momentum: problemOf({ momentum: 0.9, weightDecay: 0.01 }, 0.05),
  adam: problemOf({ optimizer: 'adam', weightDecay: 0.01 }, 0.02),
  langevin: problemOf({ temperature: 0.3, weightDecay: 0.1 }, 0.05),
};

describe('two layers take the steps of torch.optim, and of Langevin dynamics', () => {
  test.each(Object.entries(cases))('%s', (name, problem) => {
    const engine = createNaiveEngine(problem, { precision: 'float64' });
    engine.train(8);
    const { w1, w2 } = stackedLayers(engine.readState().student);
    const { expected } = fixture;
    expect(Array.from(w1.data)).toEqual(
      expected[name].w1.flat().map((value: number) => expect.closeTo(value, 12)),
    );
    expect(Array.from(w2.data)).toEqual(
      expected[name].w2.flat().map((value: number) => expect.closeTo(value, 12)),
    );
  });
});

/** Columns of A^-1 B, by Gauss and Jordan's elimination of a well-conditioned A. */
const solve = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] => {
  const rows = a.map((row, i) => [...row, ...b[i]]);
  for (let pivot = 0; pivot < rows.length; pivot++) {
    rows[pivot] = rows[pivot].map((value) => value / rows[pivot][pivot]);
    for (let i = 0; i < rows.length; i++)
      if (i !== pivot) rows[i] = rows[i].map((value, j) => value - rows[i][pivot] * rows[pivot][j]);
  }
  return rows.map((row) => row.slice(a.length));
};

const rowsOf = ({ rows, columns, data }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)));

test.each([{}, { momentum: 0.8 }])(
  'over fixed features weight decay ends at ridge regression: %o',
  (momentum) => {
    const weightDecay = 0.3;
    const experiment = resolveExperiment(
      {
        ...{ d: 4, m: 3, n: 3, c: 2, trainSize: 30, evalSize: 10, featuresFixed: true, sgd: false },
        ...{ studentScale: 0.5, learningRate: 0.1, weightDecay, ...momentum, seed: 3 },
      },
      'test',
    );
    const { problem } = prepareRun(experiment);
    const engine = createNaiveEngine(problem, { precision: 'float64' });
    engine.train(2000);
    const { grid, trainingSet: x, student, teacher } = problem;
    const features = rowsOf(forward(student, x, grid, false).headInput).map((row) => [...row, 1]);
    const targets = rowsOf(forward(teacher, x, grid, false).output);
    const mean = (a: readonly number[][], b: readonly number[][], i: number, j: number): number =>
      a.reduce((sum, row, s) => sum + row[i] * b[s][j], 0) / a.length;
    const gram = features[0].map((_, i) =>
      features[0].map((_value, j) => mean(features, features, i, j) + (i === j ? weightDecay : 0)),
    );
    const moments = features[0].map((_, i) => targets[0].map((_value, j) => mean(features, targets, i, j)));
    const { w2 } = stackedLayers(engine.readState().student);
    expect(Array.from(w2.data)).toEqual(
      solve(gram, moments)
        .flat()
        .map((value) => expect.closeTo(value, 10)),
    );
  },
);
