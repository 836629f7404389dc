import { expect, test } from 'vitest';
import { spreadOf, wilsonRate } from '../../src/sweep/statistics/cell-statistics.js';
import {
  intervalText,
  pageSigns,
  seedCount,
  shareText,
  spreadText,
  terminalSigns,
} from '../../src/words/sweep-numbers.js';

test('one seed is said without a deviation, none with the sign of what is missing', () => {
  const values = [[-2, -4], [-2], []].map(spreadOf);
  expect(values.map((value) => spreadText(value, terminalSigns))).toEqual(['-3.00 +- 1.41', '-2.00', '-']);
  expect(values.map((value) => spreadText(value, pageSigns))).toEqual(['−3.00 ± 1.41', '−2.00', '–']);
});

test('a share is said with its interval where that is asked for', () => {
  expect(shareText(wilsonRate(8, 10), terminalSigns)).toBe('0.80');
  expect(intervalText(wilsonRate(8, 10), pageSigns)).toBe('0.80 [0.49, 0.94]');
  expect(intervalText(wilsonRate(0, 0), pageSigns)).toBe('–');
  expect([0, 1, 8].map(seedCount)).toEqual(['0 seeds', '1 seed', '8 seeds']);
});
