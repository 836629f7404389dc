/** A dashboard's runs: live with a control beside it, or read from a log. */

export { FollowedLog } from './followed-log.js';
export { LiveSession } from './live-session.js';
export { LogShelf } from './log-shelf.js';
export { openStopped } from './open-stopped.js';
export type { RunPlan } from './session-runs.js';
