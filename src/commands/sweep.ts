import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../experiment/user-error.js';
import { resultLine, summaryLines } from '../sweep/plain.js';
import { type SweepEvent, SweepProgress } from '../sweep/progress.js';
import { LocalSweep } from '../sweep/sweep.js';
import { loadSweep, type Sweep } from '../sweep/sweep-file.js';
import { EndingWatch } from './host.js';
import type { Context } from './program.js';
import { programName } from './version.js';

const openSweep = (sweep: Sweep, { options, logParent }: Context): LocalSweep =>
  new LocalSweep(sweep, {
    parent: join(dirname(logParent), 'sweeps'),
    asked: options.outFolder === null ? null : resolve(options.outFolder),
    resume: options.resume,
    program: programName(),
    now: new Date(),
    workers: options.workers ?? availableParallelism(),
    choice: { engine: options.engine, strict: options.strict },
  });

/** How a sweep that did not end is gone on with. */
const resumeLine = (sweep: LocalSweep, name: string): string =>
  `stopped; to go on: teachtop sweep ${name} --resume --out ${sweep.folder}`;

/**
 * Runs a sweep as plain lines, one a finished run, then a summary. Resolves to the exit code: 0 done, 1 when runs
 * failed, 128 + n on signal n. Errors: UserError.
 */
const runPlain = async (context: Context, name: string, file: Sweep, sweep: LocalSweep): Promise<number> => {
  const { host, out, warn } = context;
  const watch = new EndingWatch(host);
  const progress = new SweepProgress(sweep.runs, sweep.known, () => performance.now());
  const tell = (event: SweepEvent): void => {
    progress.receive(event);
    if (event.type === 'result') out(resultLine(event, progress, file.file.threshold));
  };
  watch.signal.addEventListener('abort', () => void sweep.stop());
  host.stdout.on('error', () => void sweep.stop());
  out(`${file.file.title}: ${sweep.runs.length} runs, ${sweep.known.length} of them known; ${sweep.folder}`);
  if (sweep.tornBytes > 0)
    warn(`a torn last line of ${sweep.tornBytes} bytes was left out; its run is repeated`);
  await sweep.run(tell);
  sweep.close();
  watch.stop();
  if (watch.ending?.failure) warn(watch.ending.failure);
  for (const line of summaryLines(progress.results, file.file)) out(line);
  if (progress.finished - progress.failed < sweep.runs.length) out(resumeLine(sweep, name));
  return watch.ending?.exitCode ?? (progress.failed > 0 ? 1 : 0);
};

/** Runs a sweep of experiments over seeds. Resolves to the exit code. Errors: UserError. */
export const runSweep = async (context: Context, words: readonly string[]): Promise<number> => {
  const [name, ...rest] = words;
  if (name === undefined || rest.length > 0)
    throw new UserError(`sweep: got ${words.length} names, allowed: one sweep's name or file`);
  const file = loadSweep(name);
  return runPlain(context, name, file, openSweep(file, context));
};
