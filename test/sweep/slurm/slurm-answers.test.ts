import { expect, test } from 'vitest';
import { failureKind, firstJobIn, jobNumberIn, queueIn } from '../../../src/sweep/slurm/slurm-answers.js';

test.each([
  ['101\n', { job: '101', cluster: null }],
  ['101;far\n', { job: '101', cluster: 'far' }],
  [
    '------\n  Welcome to 2 clusters\n--> Verifying host (login1)...OK\n4711\n',
    { job: '4711', cluster: null },
  ],
  ['Submitted batch job 77\n', { job: '77', cluster: null }],
  ['Submitted batch job 77 on cluster far-2\nBye\n', { job: '77', cluster: 'far-2' }],
  ['101\nYour quota: 3 of 10\n', { job: '101', cluster: null }],
  ['Welcome\n', null],
  ['', null],
])('the number in %j', (printed, expected) => {
  expect(jobNumberIn(printed)).toEqual(expected);
});

test('squeue is counted by array, what has ended and what a site prints left out', () => {
  const lines = ['CLUSTER: far', '101 RUNNING', '101 PENDING', '101 COMPLETED', '102 COMPLETING'];
  expect([
    ...queueIn([...lines, '102 REQUEUE_HOLD', 'maintenance on 24 December', '103 FAILED'].join('\n')),
  ]).toEqual([
    ['101', { running: 1, pending: 1 }],
    ['102', { running: 1, pending: 1 }],
  ]);
});

test('a job is found under the heading of its cluster', () => {
  expect(firstJobIn('CLUSTER: near\nCLUSTER: far\n9 PENDING\n')).toEqual({ job: '9', cluster: 'far' });
  expect(firstJobIn('9 PENDING\n')).toEqual({ job: '9', cluster: null });
  expect(firstJobIn('CLUSTER: near\n')).toBe(null);
});

test.each([
  ['sbatch: error: Batch job submission failed: Invalid job array specification', 'limit'],
  ['sbatch: error: AssocMaxSubmitJobLimit', 'limit'],
  [
    "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    'limit',
  ],
  ['slurm_load_jobs error: Socket timed out on send/recv operation', 'unanswered'],
  ['slurm_load_jobs error: Unable to contact slurm controller (connect failure)', 'unanswered'],
  ['sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received', 'unanswered'],
  ['sbatch: error: invalid partition specified: nowhere', 'refused'],
])('%s', (words, kind) => {
  expect(failureKind(words)).toBe(kind);
});
