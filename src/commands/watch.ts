import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../input/index.js';
import { LogIndex, logFileName } from '../log/index.js';
import type { Frame, RunEvent } from '../protocol/index.js';
import { LogTimeline, WatchSession } from '../session/index.js';
import { loadScreens } from '../ui/index.js';
import { RunSummary } from '../words/index.js';
import type { Context, RunCommand } from './command-row.js';
import { EndingWatch } from './host/process-host.js';
import { canDraw } from './host/terminal-traits.js';
import { dashboardOptions } from './train/dashboard-options.js';
import { runLines } from './train/run-lines.js';

/** Network file systems tell nobody of changes: the file is looked at this often. */
const pollMs = 250;
/** Lines read at a time. */
const sliceLines = 64;

/** The path itself, or the run in it that was written to last. */
const newestRun = (path: string): string => {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
  if (statSync(join(path, logFileName), { throwIfNoEntry: false })) return path;
  const runs = readdirSync(path)
    .flatMap((name) => {
      const stats = statSync(join(path, name, logFileName), { throwIfNoEntry: false });
      return stats ? [{ folder: join(path, name), at: stats.mtimeMs }] : [];
    })
    .sort((a, b) => b.at - a.at);
  if (runs.length === 0)
    throw new UserError(
      `watch: got ${path} without a run, allowed: a run's folder or log, or a folder of runs`,
    );
  return runs[0].folder;
};

const show = async (context: Context, index: LogIndex): Promise<number> => {
  const { showDashboard } = await loadScreens();
  const timeline = new LogTimeline(index);
  const session = new WatchSession(index, timeline);
  const watch = new EndingWatch(context.host);
  const timer = setInterval(() => {
    try {
      session.poll();
    } catch (error) {
      watch.fail(error instanceof Error ? error.message : String(error), error instanceof UserError ? 2 : 1);
    }
  }, pollMs);
  try {
    const options = dashboardOptions(context, session, watch.signal);
    if ((await showDashboard({ ...options, log: timeline })) === 'terminal-lost') watch.hangUp();
  } catch (error) {
    watch.fail(error instanceof Error ? error.message : String(error));
  }
  clearInterval(timer);
  watch.stop();
  if (watch.ending?.failure) context.warn(watch.ending.failure);
  return watch.ending?.exitCode ?? 0;
};

/** Whether nothing follows this line: a log without such an end may be growing. */
const isEnd = (line: Frame | RunEvent): boolean =>
  line.type === 'event' && (line.event === 'done' || line.event === 'stopped');

/** A log without an end that was written to this recently is taken to be growing. */
const growingForMs = 60_000;

const mayGrow = (file: string): boolean => {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < growingForMs;
};

/** Prints a log as plain lines, to its end or, as long as it is growing, further. */
const print = async (context: Context, index: LogIndex): Promise<number> => {
  const { host, out } = context;
  const watch = new EndingWatch(host);
  host.stdout.on('error', () => watch.hangUp());
  const summary = new RunSummary();
  let trainedMs = 0;
  const lines = runLines(context, () => trainedMs);
  for (const receiver of [summary, lines]) receiver.receive(index.header);
  let ended = false;
  let next = 0;
  while (!watch.ending && !ended) {
    const slice = index.read(next, next + sliceLines);
    for (const line of slice) {
      if (line.type === 'frame') trainedMs = line.trainingSeconds * 1000;
      summary.receive(line);
      lines.receive(line);
    }
    next += slice.length;
    const last = slice.at(-1);
    const atEnd = next === index.lines.length;
    ended = atEnd && ((last !== undefined && isEnd(last)) || !mayGrow(index.file));
    if (!ended) await new Promise((resolve) => setTimeout(resolve, slice.length > 0 ? 0 : pollMs));
    index.grow();
  }
  watch.stop();
  for (const part of summary.parts(index.file)) out(part);
  return watch.ending?.exitCode ?? 0;
};

/**
 * Shows a log in the dashboard's views, finished or growing; without a screen as plain lines. Resolves to the exit
 * code. Errors: UserError for what is no log.
 */
export const run: RunCommand = async (context, words) => {
  if (words.length !== 1)
    throw new UserError(
      `watch: got ${words.length} paths, allowed: one run's folder or log, or a folder of runs`,
    );
  const index = new LogIndex(newestRun(words[0]));
  try {
    return await (canDraw(context) ? show(context, index) : print(context, index));
  } finally {
    index.close();
  }
};
