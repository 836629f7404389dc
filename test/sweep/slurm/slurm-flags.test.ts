import { expect, test } from 'vitest';
import { arrayFlags, clustersIn } from '../../../src/sweep/slurm/slurm-flags.js';

test.each([
  [['-M', 'far'], 'far'],
  [['-Mfar'], 'far'],
  [['--clusters=near,far', '--time=1'], 'near,far'],
  [['--cluster', 'far'], 'far'],
  [['--mem=1G'], null],
])('clusters in %j', (flags, expected) => {
  expect(clustersIn(flags)).toBe(expected);
});

test.each([
  [['--time=1'], ['--array=0-6', '--time=1']],
  [
    ['--array=%2', '-A', 'a'],
    ['--array=0-6%2', '-A', 'a'],
  ],
  [
    ['--array', '%2', '--account=b'],
    ['--array=0-6%2', '--account=b'],
  ],
  [['-a', '%12'], ['--array=0-6%12']],
  [['-a%3'], ['--array=0-6%3']],
])('%j of seven tasks', (flags, expected) => {
  expect(arrayFlags(flags, 7)).toEqual(expected);
});

test.each([
  [['--array=0-3'], '--slurm: got the array 0-3, allowed: --array=%N for N tasks at once'],
  [['-a', '1,2%1'], '--slurm: got the array 1,2%1, allowed'],
  [['--array'], '--slurm: got the array , allowed'],
  [['--time=1', '--wait'], '--slurm: got --wait, allowed'],
  [['-W'], '--slurm: got -W, allowed'],
  [['--wrap=ls'], '--slurm: got --wrap=ls, allowed'],
  [['--test-only'], '--slurm: got --test-only, allowed'],
])('%j is refused', (flags, reason) => {
  expect(() => arrayFlags(flags, 7)).toThrow(reason);
});
