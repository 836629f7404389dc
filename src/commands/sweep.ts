import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../experiment/user-error.js';
import { type OpenFolder, openFolder } from '../sweep/folder.js';
import { planSweep, type SweepPlan } from '../sweep/plan.js';
import { WorkerPool } from '../sweep/pool.js';
import { closingLine, runLine, summaryTable } from '../sweep/summary.js';
import { loadSweep, shippedSweeps } from '../sweep/sweep-file.js';
import { SweepSession } from '../sweep/sweep-session.js';
import { EndingWatch } from './host.js';
import type { Context } from './program.js';
import { programName } from './version.js';

/** What a sweep on this machine is made of. */
type LocalSweep = {
  readonly plan: SweepPlan;
  readonly folder: OpenFolder;
  readonly session: SweepSession;
  /** The command that continues it. */
  readonly resumeCommand: string;
};

const planOf = ({ options }: Context, words: readonly string[]): SweepPlan => {
  if (words.length !== 1)
    throw new UserError(
      `sweep: got ${words.length === 0 ? 'nothing' : `"${words[1]}" too`}, allowed: one sweep file, or one of ${shippedSweeps().join(', ')}`,
    );
  return planSweep(loadSweep(words[0]), options.settings);
};

/** An argument as a shell takes it back. */
const quoted = (text: string): string =>
  /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const resumeCommand = ({ options }: Context, file: string, folder: string): string =>
  [
    'teachtop',
    'sweep',
    file,
    ...options.settings.flatMap(({ text }) => ['--set', text]),
    ...(options.engine === 'wasm' ? [] : ['--engine', options.engine]),
    ...(options.strict ? ['--strict'] : []),
    '--out',
    folder,
    '--resume',
  ]
    .map(quoted)
    .join(' ');

const openSweep = (context: Context, words: readonly string[]): LocalSweep => {
  const { options, sweepParent } = context;
  const plan = planOf(context, words);
  const engine = { engine: options.engine, strict: options.strict };
  const path = resolve(options.outFolder ?? join(sweepParent, plan.name));
  const now = (): Date => new Date();
  const folder = openFolder({
    folder: path,
    plan,
    engine,
    program: programName(),
    resume: options.resume,
    now,
  });
  const launcher = new WorkerPool({
    workers: options.workers ?? availableParallelism(),
    results: folder.results,
    cells: new Map(plan.cells.map(({ key, values }) => [key, values])),
    rules: plan.rules,
    engine,
    now,
  });
  const { finished } = folder;
  const session = new SweepSession({ plan, launcher, finished, clock: () => performance.now() });
  return { plan, folder, session, resumeCommand: resumeCommand(context, words[0], path) };
};

/** Carries the sweep out as plain lines until it is complete or told to end. */
const runPlain = async (
  { host, out }: Context,
  { session, plan, folder }: LocalSweep,
  watch: EndingWatch,
) => {
  const { progress, launcher } = session;
  out(
    `${plan.title} (${plan.name}): ${plan.cells.length} cells x ${plan.seeds.length} seeds, ${progress.finished} of ${progress.total} runs finished, ${launcher.description}`,
  );
  out(`sweep ${folder.path}`);
  session.onResult((record) => out(runLine(record, progress)));
  const aborted = new Promise<null>((done) => {
    watch.signal.addEventListener('abort', () => done(null));
    host.stdout.on('error', () => done(null));
  });
  session.start();
  const failure = await Promise.race([session.ended, aborted]);
  if (failure !== null) watch.fail(failure);
};

/**
 * Carries out a sweep, on a screen or as plain lines, and sums it up. Resolves to the exit code: 0 when it is
 * complete or the user quits, 1 when a run failed or nothing could be recorded, 128 + n on signal n. Errors: UserError.
 */
export const runSweep = async (
  context: Context,
  words: readonly string[],
  onScreen: boolean,
): Promise<number> => {
  const { host, out, warn } = context;
  const sweep = openSweep(context, words);
  const { session, folder } = sweep;
  const watch = new EndingWatch(host);
  try {
    void onScreen;
    await runPlain(context, sweep, watch);
  } finally {
    await session.stop();
    folder.close();
    watch.stop();
  }
  const { progress } = session;
  if (progress.finished > 0) for (const line of summaryTable(progress)) out(line);
  if (watch.ending?.failure) warn(watch.ending.failure);
  out(closingLine(progress));
  out(progress.isComplete ? `results ${folder.results.path}` : `go on with: ${sweep.resumeCommand}`);
  return watch.ending?.exitCode ?? (progress.tally().failed > 0 ? 1 : 0);
};
