/** A dashboard's runs: live with a control beside it, or read from a log. */
export { LiveSession } from './live-session.js';
export type { RunPlan } from './session-runs.js';
export { WatchSession } from './watch-session.js';
