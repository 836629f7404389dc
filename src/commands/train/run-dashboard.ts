import { resolve } from 'node:path';
import type { RunState, Session } from '../../protocol/index.js';
import { loadScreens, wrapWords } from '../../ui/index.js';
import { RunSummary } from '../../words/index.js';
import type { Context } from '../command-row.js';
import { EndingWatch, endingMs, type Host } from '../host/process-host.js';
import { dashboardOptions } from './dashboard-options.js';
import { openSession } from './open-session.js';
import { untilRunEnds } from './run-end.js';
import type { RunStart } from './run-start.js';

/**
 * Shows the dashboard on a preset until the user quits or a signal ends it; then a few lines sum up.
 * Resolves to the exit code: 0 quit, 1 when the training thread died or an error broke the screen, 128 + n on
 * signal n; a terminal that has gone counts as SIGHUP, unless the run is to go on without it.
 */
export const runDashboard = async (context: Context, start: RunStart): Promise<number> => {
  const { host, options, settings, out, warn } = context;
  if (options.logFolder !== null) settings.update({ logFolder: resolve(options.logFolder) });
  const { showDashboard } = await loadScreens();
  const session = openSession(context);
  const watch = new EndingWatch(host, options.onHangUp);
  const summary = new RunSummary();
  let state: RunState | null = null;
  session.subscribe((message) => {
    summary.receive(message);
    if (message.type === 'status') state = message.state;
    if (message.type === 'header') settings.update({ lastPreset: message.preset });
  });
  session.failed.then(({ kind, reason }) => watch.fail(reason, kind === 'unusable-input' ? 2 : 1));
  const shown = showDashboard(
    dashboardOptions(context, session, watch.screenSignal, {
      goOnWith: (folder) => session.goOnWith(folder),
      start: ({ preset, settings }) => session.switchPreset(preset, settings),
    }),
  );
  await start(session, true);
  try {
    const reason = await shown;
    if (reason === 'terminal-lost') watch.hangUp();
    else if (reason !== 'aborted') host.endWithin(endingMs, 0);
  } catch (error) {
    watch.fail(error instanceof Error ? error.message : String(error));
  }
  const unseen = watch.screenSignal.aborted && !watch.ending;
  const exitCode = unseen ? await goOnUnseen(host, session, watch, state) : 0;
  // A paused run has a frame and a checkpoint of the step at which it stands: it can be gone on with from there.
  if (!unseen && !watch.ending) session.send({ type: 'pause' });
  await session.close(watch.ending?.reason ?? (unseen ? 'ended' : 'quit'));
  watch.stop();
  if (watch.ending?.failure) warn(watch.ending.failure);
  const unstarted = watch.ending?.failure ? '' : summary.unstarted(session.logFolder);
  const parts = summary.parts(session.logFolder).join(' · ') || unstarted;
  for (const line of wrapWords(parts, host.stdout.columns || 80)) out(line);
  return watch.ending?.exitCode ?? exitCode;
};

/** Trains on to the run's end with its terminal gone; resolves to the exit code. */
const goOnUnseen = (
  { stdin }: Host,
  session: Session,
  watch: EndingWatch,
  state: RunState | null,
): number | Promise<number> => {
  // What is left of the terminal fails once more, after the screen has stopped listening.
  stdin.on('error', () => undefined);
  if (state === 'done') return 0;
  if (state === 'diverged') return 1;
  const ended = untilRunEnds(session, watch);
  if (state === 'paused') session.send({ type: 'resume' });
  return ended;
};
