import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { availableProcessors } from '../engine/index.js';
import { UserError } from '../input/index.js';
import { builtFile, programName } from '../package/index.js';
import {
  type LaunchedSweep,
  LocalSweep,
  listSweeps,
  loadSweep,
  type QueueReport,
  SlurmSweep,
  type Sweep,
  type SweepEvent,
  SweepProgress,
  type SweepRun,
  slurmCommands,
  withBase,
  withSettings,
} from '../sweep/index.js';
import { type ExitReason, loadScreens, type SweepPosition, startPosition } from '../ui/index.js';
import { resultLine, summaryLines } from '../words/index.js';
import type { Context, RunCommand } from './command-row.js';
import { askedEngine, engineWords } from './engine-request.js';
import { EndingWatch } from './host/process-host.js';
import { appearanceOn, canDraw, terminalTraits } from './host/terminal-traits.js';
import { shellWord } from './line/shell-words.js';
import { dashboardOptions } from './train/dashboard-options.js';
import { openSession } from './train/open-session.js';

const folderChoice = ({ options, logParent }: Context) => ({
  ...(options.outFolder === null
    ? { parent: join(dirname(logParent()), 'sweeps'), asked: null }
    : { parent: dirname(options.outFolder), asked: resolve(options.outFolder) }),
  opening: options.cancel
    ? ('existing' as const)
    : options.resume === null
      ? ('begin' as const)
      : ('resume' as const),
  program: programName(),
  choice: askedEngine(options),
  now: new Date(),
});

/** What a thread that trains takes, its share of V8 included. */
const workerBytes = 200e6;

/** Threads for the processors and the memory that this process may use: a container's, where it is in one. */
const workersThatFit = (): number =>
  Math.max(1, Math.min(availableProcessors(), Math.floor(process.availableMemory() / workerBytes)));

const openLocal = (sweep: Sweep, context: Context): LocalSweep =>
  new LocalSweep(sweep, {
    ...folderChoice(context),
    workers: context.options.workers ?? workersThatFit(),
  });

const openSlurm = (sweep: Sweep, context: Context): SlurmSweep => {
  const { options } = context;
  return new SlurmSweep(sweep, {
    ...folderChoice(context),
    slurm: slurmCommands,
    chunk: options.chunk,
    flags: options.slurmFlags,
    command: [process.execPath, fileURLToPath(builtFile('cli')), ...engineWords(askedEngine(options))],
    pollMs: 2000,
  });
};

/** The command that resumes a sweep that did not end: the options that make it the same sweep, and its folder. */
const resumeLine = (sweep: LaunchedSweep, name: string, { options }: Context): string => {
  const words = [
    ...['teachtop', 'sweep', name],
    ...options.settings.flatMap(({ text }) => ['--set', text]),
    ...(options.threshold === null ? [] : ['--threshold', String(options.threshold)]),
    ...engineWords(askedEngine(options)),
    ...(options.launcher === 'slurm' ? ['--launcher', 'slurm'] : []),
    ...(options.chunk === null ? [] : ['--chunk', String(options.chunk)]),
    ...(options.slurmFlags.length === 0 ? [] : [`--slurm=${options.slurmFlags.map(shellWord).join(' ')}`]),
    ...['--resume', '--out', sweep.folder],
  ];
  return `${sweep.afterwards}: ${words.map(shellWord).join(' ')}`;
};

/** Says what a cluster's queue is asked in vain, and what it does not take, once each. */
const queueWords = (out: Context['out'], warn: Context['warn']): ((report: QueueReport) => void) => {
  let [unsubmitted, problem]: [number, string | null] = [0, null];
  return (report) => {
    if (report.problem !== null && report.problem !== problem)
      warn(`${report.problem}; the jobs go on, the queue is asked again`);
    if (report.unsubmitted > 0 && report.unsubmitted !== unsubmitted)
      out(`${report.unsubmitted} runs wait to be submitted: the cluster takes no more at once`);
    ({ unsubmitted, problem } = report);
  };
};

/**
 * Trains a sweep to its end, or until something is in its way, which ends the program with what there is. Errors:
 * UserError where nothing could be begun.
 */
const train = async (
  sweep: LaunchedSweep,
  tell: (event: SweepEvent) => void,
  watch: EndingWatch,
): Promise<void> => {
  try {
    await sweep.run(tell);
  } catch (error) {
    if (error instanceof UserError) throw error;
    watch.fail(error instanceof Error ? error.message : String(error));
  }
};

/**
 * Runs a sweep as plain lines, one a finished run, then a summary. Resolves to the exit code: 0 done, 1 when runs
 * failed, 128 + n on signal n. Errors: UserError.
 */
const runPlain = async (
  context: Context,
  name: string,
  file: Sweep,
  sweep: LaunchedSweep,
): Promise<number> => {
  const { host, out, warn } = context;
  const watch = new EndingWatch(host);
  const progress = new SweepProgress(sweep.runs, sweep.known, () => performance.now());
  const tell = (event: SweepEvent): void => {
    progress.receive(event);
    if (event.type === 'result') out(resultLine(event, progress, file.file.threshold));
    if (event.type === 'queue') sayQueue(event);
    if (event.type === 'fewer-workers') out(`${event.workers} workers fit: ${event.reason}`);
  };
  const sayQueue = queueWords(out, warn);
  watch.signal.addEventListener('abort', () => void sweep.stop());
  host.stdout.on('error', () => void sweep.stop());
  out(`${file.file.title}: ${sweep.runs.length} runs, ${sweep.known.length} of them known; ${sweep.folder}`);
  await train(sweep, tell, watch).finally(() => sweep.close());
  watch.stop();
  if (watch.ending?.failure) warn(watch.ending.failure);
  for (const line of summaryLines(progress.results, file.file)) out(line);
  if (progress.finished - progress.failed < sweep.runs.length) out(resumeLine(sweep, name, context));
  return watch.ending?.exitCode ?? (progress.failed > 0 ? 1 : 0);
};

/** Events of a sweep passed on to whoever shows it at the moment. */
class SweepFeed {
  readonly #listeners = new Set<(event: SweepEvent) => void>();

  subscribe(listener: (event: SweepEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: SweepEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** Shows a run of a sweep in the dashboard, trained again from its experiment; nothing of it is recorded. */
const openRun = async (context: Context, file: Sweep, run: SweepRun, watch: EndingWatch) => {
  const { showDashboard } = await loadScreens();
  const session = openSession(context, { record: false });
  session.failed.then(({ reason }) => watch.fail(reason));
  const shown = showDashboard({
    ...dashboardOptions(context, session, watch.signal, { goOnWith: null, start: null }),
    canGoBack: true,
  });
  const { id: preset, experiment } = run;
  session.start({ preset, title: file.file.title, experiment, interventions: [], breakpoints: [] });
  const reason = await shown;
  await session.close('closed');
  return reason;
};

/** Ctrl-C as a key ends the program as SIGINT does. */
const interruptedCode = 130;

/** Shows a sweep on the terminal while it runs; enter opens a run in the dashboard, from which escape comes back. */
const runLive = async (
  context: Context,
  name: string,
  file: Sweep,
  sweep: LaunchedSweep,
): Promise<number> => {
  const { showSweep } = await loadScreens();
  const { host, options, settings, out, warn } = context;
  const watch = new EndingWatch(host);
  const progress = new SweepProgress(sweep.runs, sweep.known, () => performance.now());
  const feed = new SweepFeed();
  const traits = terminalTraits(host, options, settings.values);
  const tell = (event: SweepEvent): void => {
    progress.receive(event);
    feed.tell(event);
  };
  const trained = train(sweep, tell, watch);
  let position: SweepPosition = startPosition;
  let reason: ExitReason = 'quit';
  for (let chosen: SweepRun | null = null; ; ) {
    const leave = new AbortController();
    chosen = null;
    const signal = AbortSignal.any([watch.signal, leave.signal]);
    reason = await showSweep({
      ...{ title: file.file.title, folder: sweep.folder, file: file.file, progress, position, signal },
      ...{ drawing: traits.drawing, appearance: appearanceOn(traits, options, settings.values) },
      framesPerSecond: options.framesPerSecond ?? settings.values.framesPerSecond,
      stdin: host.stdin,
      stdout: host.stdout,
      subscribe: (listener) => feed.subscribe(listener),
      open: (run, from) => {
        chosen = run;
        position = from;
        leave.abort();
      },
    });
    if (chosen === null || watch.ending !== null) break;
    reason = await openRun(context, file, chosen, watch);
    if (reason === 'terminal-lost' || reason === 'interrupt' || watch.ending !== null) break;
  }
  if (reason === 'terminal-lost') watch.hangUp();
  const interrupted = reason === 'interrupt' ? interruptedCode : null;
  await sweep.stop();
  await trained;
  sweep.close();
  watch.stop();
  if (watch.ending?.failure) warn(watch.ending.failure);
  for (const line of summaryLines(progress.results, file.file)) out(line);
  if (progress.finished - progress.failed < sweep.runs.length) out(resumeLine(sweep, name, context));
  return watch.ending?.exitCode ?? interrupted ?? (progress.failed > 0 ? 1 : 0);
};

/** The sweep that the command line describes: a file, with the settings given beside it. Errors: UserError. */
const sweepOf = (name: string, { options, presets }: Context): Sweep => {
  const loaded = loadSweep(name);
  const { base } = loaded.file;
  // The user's own presets may change or go, and nodes of a cluster need not have them.
  const isOwn = base !== null && presets.ownNames().includes(base);
  const sweep = withSettings(isOwn ? withBase(loaded, presets.load(base).draft) : loaded, options.settings);
  const { threshold } = options;
  return threshold === null ? sweep : { ...sweep, file: { ...sweep.file, threshold } };
};

/** Runs a sweep of experiments over seeds. Resolves to the exit code. Errors: UserError. */
export const run: RunCommand = async (context, words) => {
  // In `sweep --resume NAME` the name is taken for what --resume is given.
  const names = [...words, ...(context.options.resume ? [context.options.resume] : [])];
  const [name, ...rest] = names;
  if (name === undefined || rest.length > 0)
    throw new UserError(
      `sweep: got ${names.length} names, allowed: a file, or one of ${listSweeps()
        .map((sweep) => sweep.name)
        .join(', ')}`,
    );
  const file = sweepOf(name, context);
  if (context.options.cancel) {
    const sweep = openSlurm(file, context);
    await sweep.cancel();
    context.out(`cancelled the jobs of ${sweep.folder}`);
    return 0;
  }
  const sweep = context.options.launcher === 'slurm' ? openSlurm(file, context) : openLocal(file, context);
  for (const note of sweep.notes) context.warn(note);
  return canDraw(context) ? runLive(context, name, file, sweep) : runPlain(context, name, file, sweep);
};
