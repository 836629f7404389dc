import type { DashboardOptions } from './dashboard/dashboard.js';
import type { SweepViewOptions } from './sweep/sweep-view.js';
import type { ExitReason } from './terminal/terminal-app.js';

/** The dashboard until it is left. Ink, a third of a second of processor time, is loaded only where something is shown. */
export const showDashboard = async (options: DashboardOptions): Promise<ExitReason> =>
  (await import('./dashboard/dashboard.js')).showDashboard(options);

/** The sweep's screen until it is left. */
export const showSweep = async (options: SweepViewOptions): Promise<ExitReason> =>
  (await import('./sweep/sweep-view.js')).showSweep(options);
