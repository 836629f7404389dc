import { RunSummary } from '../../words/index.js';
import type { Context } from '../command-row.js';
import { EndingWatch } from '../host/process-host.js';
import { openSession } from './open-session.js';
import { untilRunEnds } from './run-end.js';
import { runLines } from './run-lines.js';
import type { RunStart } from './run-start.js';

/**
 * Runs one experiment as plain progress lines, to its end, a signal, or until nobody reads on; then sums up.
 * Resolves to the exit code: 0 done, 1 diverged or failed, 128 + n on signal n.
 */
export const runHeadless = async (context: Context, start: RunStart): Promise<number> => {
  const { host, out, warn } = context;
  const session = openSession(context);
  const watch = new EndingWatch(host, context.options.onHangUp);
  const summary = new RunSummary();
  const lines = runLines(context, () => performance.now());
  session.subscribe((message) => {
    summary.receive(message);
    lines.receive(message);
  });
  session.failed.then(({ kind, reason }) => watch.fail(reason, kind === 'unusable-input' ? 2 : 1));
  const unread = new Promise<number>((resolve) => host.stdout.on('error', () => resolve(0)));
  const ended = Promise.race(
    context.options.onHangUp === 'end'
      ? [untilRunEnds(session, watch), unread]
      : [untilRunEnds(session, watch)],
  );
  await start(session, false);
  const exitCode = await ended;
  await session.close(watch.ending?.reason ?? 'ended');
  watch.stop();
  if (watch.ending?.failure) warn(watch.ending.failure);
  for (const part of summary.parts(session.logFolder)) out(part);
  return exitCode;
};
