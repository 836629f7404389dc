import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { EngineChoice } from '../engine/index.js';
import { UserError } from '../input/index.js';
import { compareTrace, openTrace, readTrace, reportLines } from '../parity/index.js';
import type { RunCommand } from './command-row.js';

type Outcome = 'passed' | 'failed' | 'refused';

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

const runTrace = async (
  folder: string,
  choice: EngineChoice,
  out: (line: string) => void,
): Promise<Outcome> => {
  const trace = readTrace(folder);
  const run = await openTrace(trace, choice);
  try {
    const verdicts = compareTrace(run);
    for (const line of reportLines(run, verdicts)) out(line);
    return verdicts.every(({ passed }) => passed) ? 'passed' : 'failed';
  } finally {
    run.dispose();
  }
};

const orRefused = async (attempt: Promise<Outcome>, out: (line: string) => void): Promise<Outcome> => {
  try {
    return await attempt;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    out(error.message);
    return 'refused';
  }
};

/**
 * Re-runs recorded reference trajectories and prints the deviation of every metric, a trace at a time.
 *
 * Resolves to the exit code: 1 when a metric is beyond its tolerance, else 2 when a trace cannot be used
 * (the others still run), else 0. Errors: UserError when a path holds no trace.
 */
export const runParity = async (
  paths: readonly string[],
  choice: EngineChoice,
  out: (line: string) => void,
): Promise<number> => {
  const folders = paths.flatMap(traceFolders);
  if (folders.length === 0) throw new UserError('parity: got no path, allowed: traces or folders of traces');
  const outcomes: Outcome[] = [];
  for (const folder of folders) outcomes.push(await orRefused(runTrace(folder, choice, out), out));
  const count = (outcome: Outcome): number => outcomes.filter((other) => other === outcome).length;
  out(
    `${folders.length} ${folders.length === 1 ? 'trace' : 'traces'}: ${count('passed')} passed, ${count('failed')} failed, ${count('refused')} refused`,
  );
  if (count('failed') > 0) return 1;
  return count('refused') > 0 ? 2 : 0;
};

/** Parity of the named traces, in double precision unless single is asked for, or the engine has no other. */
export const run: RunCommand = ({ options, out }, words) => {
  const asked = options.settings.findLast(({ option }) => option === '--precision')?.text;
  const single = asked === 'precision=float32' || (asked === undefined && options.engine === 'tfjs');
  const { engine, strict } = options;
  return runParity(words, { engine, strict, precision: single ? 'float32' : 'float64' }, out);
};
