import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../input/index.js';
import { LogIndex, logFileName, mayGrow, shortName } from '../log/index.js';
import type { Frame, Header, RunEvent } from '../protocol/index.js';
import { FollowedLog } from '../session/index.js';
import { loadScreens, mostLaid } from '../ui/index.js';
import { RunSummary } from '../words/index.js';
import type { Context, RunCommand } from './command-row.js';
import { EndingWatch } from './host/process-host.js';
import { canDraw } from './host/terminal-traits.js';
import { runPaths } from './runs/run-path.js';
import { dashboardOptions } from './train/dashboard-options.js';
import { planOf, withSettings } from './train/plan.js';
import { runLines } from './train/run-lines.js';
import type { RunStart } from './train/run-start.js';

/** Network file systems tell nobody of changes: the file is looked at this often. */
const pollMs = 250;
/** Bytes read at a time where lines are printed. */
const sliceBytes = 1024 ** 2;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** What is at a path; the error's code where that cannot be told, null where nothing is. */
const look = (path: string): Stats | string | null => {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return codeOf(error);
  }
};

/** The run in a folder of runs that was written to last; null where there is none. `skip`: told of what cannot be read. */
const newestRunIn = (folder: string, skip: (name: string, reason: string) => void): string | null => {
  const runs = readdirSync(folder).flatMap((name) => {
    const found = [logFileName, `${logFileName}.gz`]
      .map((file) => look(join(folder, name, file)))
      .find((stats) => stats !== null);
    if (typeof found === 'string') skip(name, found);
    return found && typeof found !== 'string' ? [{ folder: join(folder, name), at: found.mtimeMs }] : [];
  });
  return runs.sort((a, b) => b.at - a.at)[0]?.folder ?? null;
};

/** The folder in which a trainer would make what a path names: a run's folder with its log in it, or a file. */
const placeFor = (path: string): string =>
  basename(path).startsWith(logFileName) ? dirname(dirname(path)) : dirname(path);

/**
 * Finds the log that a path means: itself, the one in a run's folder, or that of the newest run in a folder of runs.
 * Finds null as long as there is none, where one can be made. Errors: UserError for a path that cannot come to be.
 */
const finderOf = (path: string, warn: (line: string) => void): (() => string | null) => {
  const skipped = new Set<string>();
  const skip = (name: string, reason: string): void => {
    if (!skipped.has(name)) warn(`${join(path, name)}: skipped, it cannot be read (${reason})`);
    skipped.add(name);
  };
  return () => {
    if (path === '-') return path;
    const stats = look(path);
    if (typeof stats === 'string') throw new UserError(`${path}: cannot be read (${stats})`);
    if (stats === null) {
      if (look(placeFor(path)) === null) throw new UserError(`${path}: no such frame log`);
      return null;
    }
    if (!stats.isDirectory()) return path;
    const own = look(join(path, logFileName)) ?? look(join(path, `${logFileName}.gz`));
    return own === null ? newestRunIn(path, skip) : path;
  };
};

/** What is waited for, and that it is not there. */
const waitingFor = (path: string): string =>
  path === '-'
    ? 'waiting for a frame log on standard input'
    : look(path) === null
      ? `nothing is at ${path}: waiting for a frame log there`
      : `no frame log is in ${path}: waiting for one`;

/** A run as it is called beside others. */
const named = (path: string) => ({ folder: path, name: shortName(basename(resolve(path))) });

/** Shows a log; resolves to the exit code, or to the run that is to be started in its place. */
const show = async (
  context: Context,
  path: string,
  others: readonly string[],
): Promise<number | RunStart> => {
  const { showDashboard } = await loadScreens();
  const { host, warn } = context;
  const watch = new EndingWatch(host);
  const session = new FollowedLog({
    find: finderOf(path, () => {}),
    waiting: waitingFor(path),
    clock: () => performance.now(),
    onFailure: (reason, isUnusable) => watch.fail(reason, isUnusable ? 2 : 1),
  });
  const leaving = new AbortController();
  let started: RunStart | null = null;
  session.follow();
  try {
    if (!watch.ending) {
      const signal = AbortSignal.any([watch.signal, leaving.signal]);
      const options = dashboardOptions(context, session, signal, {
        goOnWith: null,
        start: ({ preset, settings }) => {
          const plan = planOf(context.presets.load(preset), withSettings(settings));
          started = (live) => live.start(plan);
          leaving.abort();
        },
      });
      if (
        (await showDashboard({ ...options, log: session, laidOver: others.map(named) })) === 'terminal-lost'
      )
        watch.hangUp();
    }
  } catch (error) {
    watch.fail(error instanceof Error ? error.message : String(error));
  }
  session.stop();
  watch.stop();
  if (watch.ending?.failure) warn(watch.ending.failure);
  const { index } = session;
  if (index && !mayGrow(index)) index.end();
  for (const note of index?.notes ?? []) warn(`${index?.file}: ${note}`);
  session.close();
  return watch.ending?.exitCode ?? started ?? 0;
};

/** Whether nothing follows this line: a log without such an end may be growing. */
const isEnd = (line: Header | Frame | RunEvent | null): boolean =>
  line?.type === 'event' && (line.event === 'done' || line.event === 'stopped');

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until there is a log; null when something ends the program before. Errors: UserError. */
const awaitLog = async (
  path: string,
  { out, warn }: Context,
  watch: EndingWatch,
): Promise<LogIndex | null> => {
  const find = finderOf(path, warn);
  for (let isTold = false; !watch.ending; isTold = true) {
    const found = find();
    if (found !== null) return new LogIndex(found);
    if (!isTold) out(waitingFor(path));
    await pause(pollMs);
  }
  return null;
};

/** Prints a log as plain lines, to its end or, as long as it is growing, further. */
const print = async (context: Context, path: string): Promise<number> => {
  const { host, out, warn } = context;
  const watch = new EndingWatch(host);
  host.stdout.on('error', (error) => watch.loseOutput(error));
  const summary = new RunSummary();
  let trainedMs = 0;
  const lines = runLines(context, () => trainedMs);
  let last: Header | Frame | RunEvent | null = null;
  const receive = (line: Header | Frame | RunEvent): void => {
    if (line.type === 'frame') trainedMs = line.trainingSeconds * 1000;
    summary.receive(line);
    lines.receive(line);
    last = line;
  };
  const index = await awaitLog(path, context, watch);
  for (let ended = false; index && !watch.ending && !ended; ) {
    // Asked before reading: what is written in between is read in another turn.
    const isGrowing = mayGrow(index);
    const growth = index.grow(sliceBytes, ({ line }) => receive(line));
    if (growth === 'begun-again') out('the log has been begun again');
    ended = growth === 'unchanged' && index.bytesLeft === 0 && (isEnd(last) || !isGrowing);
    if (!ended) await pause(growth === 'unchanged' ? pollMs : 0);
  }
  watch.stop();
  if (!index) return watch.ending?.exitCode ?? 0;
  index.end(({ line }) => receive(line));
  if (!watch.ending) void index.header;
  for (const part of summary.parts(index.file)) out(part);
  for (const note of index.notes) warn(`${index.file}: ${note}`);
  index.close();
  return watch.ending?.exitCode ?? 0;
};

/** The log folder, whose newest run is meant. Errors: UserError where there is none yet. */
const newestIn = (logParent: string): string => {
  if (look(logParent) === null)
    throw new UserError(
      `watch: got no run, and there are none in ${logParent}, allowed: a run's folder or log`,
    );
  return logParent;
};

/**
 * Shows a log in the dashboard's views, finished or growing; without a screen as plain lines. One that is not there yet
 * is waited for; without a word the newest in the log folder. Resolves to the exit code. Errors: UserError for what is no log.
 */
export const run: RunCommand = async (context, words) => {
  const paths = words.length === 0 ? [newestIn(context.logParent())] : await runPaths(words, context);
  const [path, ...others] = new Set(paths);
  const most = canDraw(context) ? mostLaid : 1;
  if (others.length >= most)
    throw new UserError(
      `watch: got ${words.length} runs, allowed: ${most === 1 ? 'one where there is no screen' : `up to ${most}`}, by name, folder or log`,
    );
  if (!canDraw(context)) return print(context, path);
  const shown = await show(context, path, others);
  if (typeof shown === 'number') return shown;
  const { runDashboard } = await import('./train/run-dashboard.js');
  return runDashboard(context, shown);
};
