import { resolve } from 'node:path';
import { RunSummary } from '../plain.js';
import { showDashboard } from '../ui/dashboard.js';
import type { Beginning } from './beginning.js';
import { dashboardOptions } from './dashboard-options.js';
import { EndingWatch } from './host.js';
import { openSession } from './open-session.js';
import type { Context } from './program.js';

/**
 * Shows the dashboard on a preset until the user quits or a signal ends it; then one line sums up.
 * Resolves to the exit code: 0 quit, 1 when the training thread died or an error broke the screen, 128 + n on
 * signal n; a terminal that has gone counts as SIGHUP.
 */
export const runDashboard = async (context: Context, begin: Beginning): Promise<number> => {
  const { host, options, settings, out, warn } = context;
  if (options.logFolder !== null) settings.update({ logFolder: resolve(options.logFolder) });
  const session = openSession(context);
  const watch = new EndingWatch(host);
  const summary = new RunSummary();
  session.subscribe((message) => {
    summary.receive(message);
    if (message.type === 'header') settings.update({ lastPreset: message.preset });
  });
  session.failed.then(({ kind, reason }) => watch.fail(reason, kind === 'unusable-input' ? 2 : 1));
  const shown = showDashboard(dashboardOptions(context, session, watch.signal));
  await begin(session, true);
  try {
    if ((await shown) === 'terminal-lost') watch.hangUp();
  } catch (error) {
    watch.fail(error instanceof Error ? error.message : String(error));
  }
  await session.close(watch.ending?.reason ?? 'quit');
  watch.stop();
  if (watch.ending?.failure) warn(watch.ending.failure);
  out(summary.parts(session.logFolder).join(' · '));
  return watch.ending?.exitCode ?? 0;
};
