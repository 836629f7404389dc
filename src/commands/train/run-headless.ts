import { RunSummary } from '../../words/index.js';
import type { Context } from '../command-row.js';
import { EndingWatch, isReaderGone } from '../host/process-host.js';
import { streamsLog } from '../host/terminal-traits.js';
import { LogStream } from './log-stream.js';
import { openSession } from './open-session.js';
import { untilRunEnds } from './run-end.js';
import { runLines } from './run-lines.js';
import type { RunStart } from './run-start.js';

/**
 * Runs one experiment to its end, a signal, or until nobody reads on: as plain progress lines that are summed up then,
 * or as its frame log alone.
 * Resolves to the exit code: 0 done, 1 diverged or failed, 128 + n on signal n.
 */
export const runHeadless = async (context: Context, start: RunStart): Promise<number> => {
  const { host, out, warn } = context;
  const streams = streamsLog(context);
  const session = openSession(context, streams ? { record: false } : {});
  const watch = new EndingWatch(host, context.options.onHangUp);
  const summary = new RunSummary();
  const stream = streams ? new LogStream(host.stdout) : null;
  const lines = stream ?? runLines(context, () => performance.now());
  session.subscribe((message) => {
    summary.receive(message);
    lines.receive(message);
  });
  session.failed.then(({ kind, reason }) => watch.fail(reason, kind === 'unusable-input' ? 2 : 1));
  const unread = new Promise<number>((resolve) =>
    host.stdout.on('error', (error) => resolve(isReaderGone(error) ? 0 : 1)),
  );
  const ended = Promise.race(
    context.options.onHangUp === 'end'
      ? [untilRunEnds(session, watch), unread]
      : [untilRunEnds(session, watch)],
  );
  await start(session, false);
  const exitCode = await ended;
  await session.close(watch.ending?.reason ?? 'ended');
  await stream?.close();
  watch.stop();
  if (watch.ending?.failure) warn(watch.ending.failure);
  if (!streams) for (const part of summary.parts(session.logFolder)) out(part);
  return exitCode;
};
