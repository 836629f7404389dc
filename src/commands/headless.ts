import { PlainLines, RunSummary } from '../plain.js';
import type { Beginning } from './beginning.js';
import { EndingWatch } from './host.js';
import { openSession } from './open-session.js';
import type { Context } from './program.js';

const lineEveryMs = 1000;

/**
 * Runs one experiment as plain progress lines, to its end, a signal, or until nobody reads on; then sums up.
 * Resolves to the exit code: 0 done, 1 diverged or failed, 128 + n on signal n.
 */
export const runHeadless = async (context: Context, begin: Beginning): Promise<number> => {
  const { host, out, warn } = context;
  const session = openSession(context);
  const watch = new EndingWatch(host);
  const summary = new RunSummary();
  const lines = new PlainLines(out, () => performance.now(), lineEveryMs);
  const ended = new Promise<number>((resolve) => {
    session.subscribe((message) => {
      summary.receive(message);
      lines.receive(message);
      if (message.type === 'event' && message.event === 'breakpoint') setImmediate(() => resolve(0));
      if (message.type !== 'status') return;
      if (message.state === 'done') resolve(0);
      if (message.state === 'diverged') setImmediate(() => resolve(1));
    });
    session.failed.then(({ kind, reason }) => watch.fail(reason, kind === 'unusable-input' ? 2 : 1));
    watch.signal.addEventListener('abort', () => resolve(watch.ending?.exitCode ?? 1));
    host.stdout.on('error', () => resolve(0));
  });
  await begin(session, false);
  const exitCode = await ended;
  await session.close(watch.ending?.reason ?? 'ended');
  watch.stop();
  if (watch.ending?.failure) warn(watch.ending.failure);
  for (const part of summary.parts(session.logFolder)) out(part);
  return exitCode;
};
