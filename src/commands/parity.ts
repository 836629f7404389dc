import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { EngineChoice } from '../engine/index.js';
import { UserError } from '../input/index.js';
import {
  compareTrace,
  type MetricVerdict,
  openTrace,
  readTrace,
  reportLines,
  type TracedRun,
} from '../parity/index.js';
import type { RunCommand } from './command-row.js';
import { askedEngine } from './engine-request.js';
import { printableJson } from './host/printable.js';

/** What became of one trace; refused with the reason where it cannot be used. */
type Comparison =
  | {
      readonly outcome: 'passed' | 'failed';
      readonly run: Pick<TracedRun, 'trace' | 'description'>;
      readonly verdicts: readonly MetricVerdict[];
    }
  | { readonly outcome: 'refused'; readonly folder: string; readonly reason: string };

/** The trace folders at a path: itself, or those inside it. Errors: UserError when there is none. */
const traceFolders = (path: string): string[] => {
  const folder = basename(path) === 'trace.json' ? dirname(path) : path;
  if (existsSync(join(folder, 'trace.json'))) return [folder];
  if (!existsSync(folder)) throw new UserError(`${path}: no such trace`);
  const inside = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'trace.json')))
    .map((entry) => join(folder, entry.name))
    .sort();
  if (inside.length === 0)
    throw new UserError(`${path}: got a folder without trace.json, allowed: a trace or a folder of traces`);
  return inside;
};

const compare = async (folder: string, choice: EngineChoice): Promise<Comparison> => {
  try {
    const run = await openTrace(readTrace(folder), choice);
    try {
      const verdicts = compareTrace(run);
      const passed = verdicts.every((verdict) => verdict.passed);
      return { outcome: passed ? 'passed' : 'failed', run, verdicts };
    } finally {
      run.dispose();
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { outcome: 'refused', folder, reason: error.message };
  }
};

const linesOf = (comparison: Comparison): readonly string[] =>
  comparison.outcome === 'refused' ? [comparison.reason] : reportLines(comparison.run, comparison.verdicts);

const jsonOf = (comparison: Comparison): object => {
  if (comparison.outcome === 'refused') return comparison;
  const { outcome, run, verdicts } = comparison;
  const { name, epochs, stepsPerEpoch } = run.trace;
  // An infinite deviation, where values cannot be compared, is null in JSON.
  return { outcome, name, epochs, stepsPerEpoch, ...run.description, verdicts };
};

/**
 * Re-runs recorded reference trajectories and prints the deviation of every metric, a trace at a time; or all of it as
 * one JSON value.
 *
 * Resolves to the exit code: 1 when a metric is beyond its tolerance, else 2 when a trace cannot be used
 * (the others still run), else 0. Errors: UserError when a path holds no trace.
 */
export const runParity = async (
  paths: readonly string[],
  choice: EngineChoice,
  out: (line: string) => void,
  asJson = false,
): Promise<number> => {
  const folders = paths.flatMap(traceFolders);
  if (folders.length === 0) throw new UserError('parity: got no path, allowed: traces or folders of traces');
  const comparisons: Comparison[] = [];
  for (const folder of folders) {
    const comparison = await compare(folder, choice);
    comparisons.push(comparison);
    if (!asJson) for (const line of linesOf(comparison)) out(line);
  }
  const count = (outcome: Comparison['outcome']): number =>
    comparisons.filter((comparison) => comparison.outcome === outcome).length;
  const counts = { passed: count('passed'), failed: count('failed'), refused: count('refused') };
  if (asJson) out(printableJson({ ...counts, traces: comparisons.map(jsonOf) }));
  else
    out(
      `${folders.length} ${folders.length === 1 ? 'trace' : 'traces'}: ${counts.passed} passed, ${counts.failed} failed, ${counts.refused} refused`,
    );
  if (counts.failed > 0) return 1;
  return counts.refused > 0 ? 2 : 0;
};

/** Parity of the named traces, in double precision unless single is asked for, or the engine has no other. */
export const run: RunCommand = ({ options, out }, words) => {
  const asked = options.settings.findLast(({ option }) => option === '--precision')?.text;
  const single = asked === 'precision=float32' || (asked === undefined && options.engine === 'tfjs');
  const choice = { ...askedEngine(options), precision: single ? 'float32' : 'float64' } as const;
  return runParity(words, choice, out, options.json);
};
