import process from 'node:process';
import { UserError } from '../input/index.js';
import { runTask } from '../sweep/index.js';
import type { RunCommand } from './command-row.js';
import { askedEngine } from './engine-request.js';

/** Trains the runs of one task of a job array. Errors: UserError. */
export const run: RunCommand = async ({ options, out }, words) => {
  const [folder, attempt, task] = words;
  const numbers = [attempt, task].map(Number);
  if (words.length !== 3 || !numbers.every(Number.isInteger))
    throw new UserError('sweep-task: got other words than a folder, an attempt and a task');
  const choice = askedEngine(options);
  const restarts = Number(process.env.SLURM_RESTART_COUNT ?? 0) || 0;
  await runTask({ folder, attempt: numbers[0], task: numbers[1], restarts, choice }, out);
  return 0;
};
