import { expect, test } from 'vitest';
import { futureOf } from '../../src/words/future.js';

test.each([
  ['killed student node 36', 'will kill student node 36'],
  ['noise of 0.5x RMS on 1,560 weights', 'will add noise of 0.5x RMS on 1,560 weights'],
  ['no student node is idle: nothing changed', 'no student node is idle: nothing changed'],
])('%s is %s before it is done', (summary, future) => {
  expect(futureOf(summary)).toBe(future);
});
