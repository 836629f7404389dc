import { UserError } from '../input/index.js';
import { programName } from '../package/index.js';
import { makeReport, type ReportChoice, readInputs, writeReport } from '../report/index.js';
import type { Context, RunCommand } from './command-row.js';
import { runPaths } from './runs/run-path.js';

/**
 * Draws the figures of sweeps and runs into a folder and prints what it wrote. Resolves to the exit code.
 * Errors: UserError where no path is either, and for runs that do not go together.
 */
export const runReport = async (
  paths: readonly string[],
  folder: string,
  choice: ReportChoice,
  { out, warn }: Pick<Context, 'out' | 'warn'>,
): Promise<number> => {
  if (paths.length === 0) throw new UserError('report: got no path, allowed: folders of sweeps or runs');
  const inputs = await readInputs(paths);
  for (const refusal of inputs.skipped) warn(`left out: ${refusal}`);
  for (const { path, notes } of inputs.runs) for (const note of notes) warn(`${path}: ${note}`);
  const report = makeReport(inputs, choice);
  for (const path of writeReport(report, folder, programName())) out(path);
  return 0;
};

/** A report of the named folders, where --out says. */
export const run: RunCommand = async (context, words) => {
  const { options } = context;
  const choice = { threshold: options.threshold ?? 0.95, earlyEpoch: options.earlyEpoch ?? 5 };
  const paths = await runPaths(words, context);
  return runReport(paths, options.outFolder ?? 'teachtop-report', choice, context);
};
