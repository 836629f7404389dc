import { UserError } from '../input/index.js';
import { programName } from '../package/index.js';
import { makeReport, readInputs, type SweepInput, writeReport } from '../report/index.js';
import { type SuccessCriteria, usualCriteria } from '../sweep/index.js';
import type { Context, RunCommand } from './command-row.js';
import { runPaths } from './runs/run-path.js';

/** What the command line asks for; null where it does not. */
type AskedCriteria = { readonly [Key in keyof SuccessCriteria]: SuccessCriteria[Key] | null };

/** What is asked for, else what all sweeps count by, else the usual. `warn` is told where sweeps differ. */
const criteriaFor = (
  sweeps: readonly SweepInput[],
  asked: AskedCriteria,
  warn: (line: string) => void,
): SuccessCriteria => {
  const choose = (key: keyof SuccessCriteria, flag: string): number => {
    const own = [...new Set(sweeps.map(({ criteria }) => (criteria ?? usualCriteria)[key]))];
    if (asked[key] === null && own.length > 1)
      warn(
        `the sweeps have ${key} ${own.join(', ')}: counted by ${usualCriteria[key]}; ${flag} takes another`,
      );
    return asked[key] ?? (own.length === 1 ? own[0] : usualCriteria[key]);
  };
  return { threshold: choose('threshold', '--threshold'), earlyEpoch: choose('earlyEpoch', '--early-epoch') };
};

/**
 * Draws the figures of sweeps and runs into a folder and prints what it wrote. Resolves to the exit code.
 * Errors: UserError where no path is either, and for runs that do not go together.
 */
export const runReport = async (
  paths: readonly string[],
  folder: string,
  asked: AskedCriteria,
  { out, warn }: Pick<Context, 'out' | 'warn'>,
): Promise<number> => {
  if (paths.length === 0) throw new UserError('report: got no path, allowed: folders of sweeps or runs');
  const inputs = await readInputs(paths);
  for (const refusal of inputs.skipped) warn(`left out: ${refusal}`);
  for (const { path, notes } of inputs.runs) for (const note of notes) warn(`${path}: ${note}`);
  const report = makeReport(inputs, criteriaFor(inputs.sweeps, asked, warn));
  for (const path of writeReport(report, folder, programName())) out(path);
  return 0;
};

/** A report of the named folders, where --out says. */
export const run: RunCommand = async (context, words) => {
  const { options } = context;
  const { threshold, earlyEpoch } = options;
  const paths = await runPaths(words, context);
  return runReport(paths, options.outFolder ?? 'teachtop-report', { threshold, earlyEpoch }, context);
};
