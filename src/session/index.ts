/** A dashboard's runs: live with a control beside it, or read from a log. */
export { LiveSession, type RunPlan } from './live-session.js';
export { WatchSession } from './watch-session.js';
