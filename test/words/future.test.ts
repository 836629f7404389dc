import { expect, test } from 'vitest';
import { futureOf } from '../../src/words/future.js';

test.each([
  ['killed student node 36', 'will kill student node 36'],
  ['noise of 0.5x RMS on 1,560 weights', 'will add noise of 0.5x RMS on 1,560 weights'],
  ['killed 1 idle student nodes: 2', 'will kill 1 idle student node: 2'],
  ['re-initialized 1 of 50 student nodes: 2', 'will re-initialize 1 of 50 student nodes: 2'],
  ['killed 11 student nodes drawn at random', 'will kill 11 student nodes drawn at random'],
  ['no student node is idle: nothing changed', 'no student node is idle: nothing changed'],
])('%s is %s before it is done', (summary, future) => {
  expect(futureOf(summary)).toBe(future);
});
