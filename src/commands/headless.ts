import { PlainLines, RunSummary } from '../plain.js';
import { SignalWatch } from './host.js';
import { openSession } from './open-session.js';
import { planOf } from './plan.js';
import type { Context } from './program.js';

const lineEveryMs = 1000;

/**
 * Runs one experiment as plain progress lines, to its end, a signal, or until nobody reads on; then sums up.
 * Resolves to the exit code: 0 done, 1 diverged or failed, 128 + n on signal n.
 */
export const runHeadless = async (context: Context, preset: string): Promise<number> => {
  const { host, options, out, warn } = context;
  const plan = planOf(preset, options.settings);
  const session = openSession(context);
  const watch = new SignalWatch(host);
  const summary = new RunSummary();
  const lines = new PlainLines(out, () => performance.now(), lineEveryMs);
  const ended = new Promise<number>((resolve) => {
    session.subscribe((message) => {
      summary.receive(message);
      lines.receive(message);
      if (message.type !== 'status') return;
      if (message.state === 'done') resolve(0);
      if (message.state === 'diverged') setImmediate(() => resolve(1));
    });
    session.failed.then((reason) => {
      warn(reason);
      resolve(1);
    });
    watch.signal.addEventListener('abort', () => resolve(watch.exitCode ?? 1));
    host.stdout.on('error', () => resolve(0));
  });
  session.start(plan);
  const exitCode = await ended;
  await session.close(watch.exitCode === null ? 'ended' : 'ended by a signal');
  watch.stop();
  for (const part of summary.parts(session.logFolder)) out(part);
  return exitCode;
};
