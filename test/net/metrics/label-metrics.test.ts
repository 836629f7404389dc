import { expect, test } from 'vitest';
import { strictProduct } from '../../../src/engine/wasm/strict-product.js';
import { labelMetrics } from '../../../src/net/metrics/label-metrics.js';
import { plainProduct } from '../../../src/net/product.js';
import { deepProblem, smallImages } from '../../support/deep-problems.js';
import { flatFixtureNetwork, matrixOf, theoryFixture } from '../../support/theory.js';

test.each(['two', 'leaky'])('cross-entropy and agreement are those that NumPy finds: %s', (name) => {
  const { student, studentLeak, training, expected } = theoryFixture()[name];
  const x = matrixOf(training);
  const labels = Uint8Array.from({ length: x.rows }, (_, i) => i % 3);
  const found = labelMetrics(flatFixtureNetwork(student, studentLeak), {
    x,
    labels,
    grid: { height: 1, width: 1 },
  });
  expect(found.loss).toBeCloseTo(expected.labels.loss, 12);
  expect(found.topAgreement).toEqual(
    expected.labels.topAgreement.map((value: number) => expect.closeTo(value, 10)),
  );
});

test('chunks, images and the product on the kernels change nothing', async () => {
  const { student, evaluationSet, grid } = deepProblem({ ...smallImages, evalSize: 600 });
  const labels = Uint8Array.from({ length: 600 }, (_, i) => (i * 7) % 4);
  const of = (first: number, rows: number) => ({
    x: {
      ...evaluationSet,
      rows,
      data: evaluationSet.data.subarray(
        first * evaluationSet.columns,
        (first + rows) * evaluationSet.columns,
      ),
    },
    labels: labels.subarray(first, first + rows),
    grid,
  });
  const whole = labelMetrics(student, of(0, 600), await strictProduct());
  const parts = [0, 200, 400].map((first) => labelMetrics(student, of(first, 200), plainProduct));
  expect(parts.reduce((sum, { loss }) => sum + loss, 0) / 3).toBeCloseTo(whole.loss, 12);
  whole.topAgreement.forEach((value, k) => {
    expect(parts.reduce((sum, { topAgreement }) => sum + topAgreement[k], 0) / 3).toBeCloseTo(value, 10);
  });
});
