import { expect, test } from 'vitest';
import { backendsFor } from '../../../src/engine/tfjs/backend-order.js';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import { prepareRun } from '../../../src/problem/prepare.js';

const small = { trainSize: 64, evalSize: 16 };
const deep = { kind: 'multi-layer', ...small };

const firstFor = (settings: object): string =>
  backendsFor(prepareRun(resolveExperiment({ ...settings, ...small }, 'test')).problem)[0];

test.each([
  ['small two-layer students', { d: 20, m: 10, n: 50, c: 10 }, 'wasm'],
  ['wide ones in large batches', { d: 20, m: 10, n: 2000, c: 10, batchSize: 64 }, 'tensorflow'],
  ['narrow students of several layers', { ...deep, multi: 1 }, 'wasm'],
  ['wider students of several layers', { ...deep, multi: 2 }, 'tensorflow'],
  ['the same with batch norm', { ...deep, multi: 2, batchNorm: true }, 'wasm'],
  ['wider ones yet with batch norm', { ...deep, multi: 5, batchNorm: true }, 'tensorflow'],
  [
    'convolutions',
    { ...deep, convolutional: true, imageSide: 5, hidden: [3, 4], batchSize: 4 },
    'tensorflow',
  ],
])('%s are fastest on one backend', (_, settings, expected) => {
  expect(firstFor(settings)).toBe(expected);
});
