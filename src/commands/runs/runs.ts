import { realpathSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { FolderLock, recording } from '../../files/index.js';
import { replaceUnshown, UserError } from '../../input/index.js';
import { findRun, RunCatalog } from '../../log/index.js';
import type { RunList, RunRecord } from '../../protocol/index.js';
import { columnsOf, drawings, shorten } from '../../ui/index.js';
import { compact, runListLines } from '../../words/index.js';
import type { Context, RunCommand } from '../command-row.js';
import { printableJson } from '../host/printable.js';

/** Terminal columns that a name has at most: long ones would leave no room for the rest. */
const longestName = 40;

const measure = {
  shown: (text: string) => replaceUnshown(text),
  columnsOf,
  shorten: (text: string, columns: number) => shorten(text, columns, drawings.utf8),
};

/** Runs as lines that fit the terminal; whole where output goes elsewhere. */
const listLines = (
  runs: readonly RunRecord[],
  all: readonly RunRecord[],
  { stdout }: Context['host'],
): string[] => {
  const now = Date.now();
  if (!stdout.isTTY) return runListLines(runs, all, { now, measure });
  return runListLines(runs, all, { now, measure, longestName }).map((line) =>
    measure.shorten(line, stdout.columns),
  );
};

const show = ({ runs, skipped }: RunList, { out, warn, options, host, logParent }: Context): number => {
  for (const reason of skipped) warn(`skipped: ${reason}`);
  if (options.json) out(printableJson(runs));
  else if (runs.length === 0) out(`no runs in ${logParent()}`);
  else for (const line of listLines(runs, runs, host)) out(line);
  return 0;
};

const refuseRunning = ({ name, state, process }: RunRecord): void => {
  if (state !== 'running' && process === null) return;
  const who =
    process === null ? 'which has been written to within a minute' : `which process ${process} has open`;
  throw new UserError(`runs delete: got ${name}, ${who}, allowed: runs that nobody trains or shows live`);
};

/** Asks at the terminal; no, where it is closed or interrupted. */
const confirms = async (question: string, { host }: Context): Promise<boolean> => {
  const terminal = createInterface({ input: host.stdin, output: host.stdout });
  const closed = new Promise<string>((resolve) => {
    terminal.on('close', () => resolve(''));
    terminal.on('SIGINT', () => terminal.close());
  });
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
};

/** Deletes a run's folder, of a link the link alone. Errors: UserError where a process has taken it up meanwhile. */
const deleteRun = ({ folder }: RunRecord): void => {
  // Held to the end: nobody goes on with a run that is half gone. What a link leads to stays, and is given back.
  const lock = new FolderLock(realpathSync(folder), recording);
  rmSync(folder, { recursive: true });
  lock.release();
};

const deleteRuns = async (names: readonly string[], { runs }: RunList, context: Context): Promise<number> => {
  const { options, host, logParent, out } = context;
  if (names.length === 0) throw new UserError('runs delete: got no name, allowed: one or several runs');
  const chosen = [...new Set(names.map((name) => findRun(name, runs, logParent())))];
  for (const run of chosen) refuseRunning(run);
  if (!options.yes) {
    if (!host.stdin.isTTY || !host.stdout.isTTY)
      throw new UserError('runs delete: got nobody to ask, allowed: --yes to delete without a question');
    for (const line of listLines(chosen, runs, host)) out(line);
    const bytes = chosen.reduce((sum, run) => sum + run.bytes, 0);
    const what = chosen.length === 1 ? 'this run' : `these ${chosen.length} runs`;
    if (!(await confirms(`delete ${what}, ${compact(bytes)} bytes? [y/N] `, context))) return 0;
  }
  for (const run of chosen) {
    deleteRun(run);
    out(`deleted ${run.folder}`);
  }
  return 0;
};

/** Lists the runs under the log folder, or deletes some of them. Resolves to the exit code. Errors: UserError. */
export const run: RunCommand = async (context, [action, ...names]) => {
  if (action !== undefined && action !== 'delete')
    throw new UserError(`runs: got "${action}", allowed: nothing, or delete and names of runs`);
  const list = await new RunCatalog(context.logParent()).list();
  return action === undefined ? show(list, context) : deleteRuns(names, list, context);
};
