/** One training run: its course, perturbations, schedule and frames, in a thread of its own. */
export type { Snapshot } from './course/snapshots.js';
export { runHeader } from './frames/run-header.js';
export { type FrameReadings, takeFrame } from './frames/take-frame.js';
export { loggedSetup } from './open-run.js';
export { loggedEngine } from './replay/logged-engine.js';
export { replay } from './replay/replay.js';
export { weightsAt } from './replay/weights-at.js';
export { parseBreakpoint } from './schedule/breakpoint.js';
export { interventionJsonSchema, parseIntervention, readInterventions } from './schedule/intervention.js';
export type { RunRequest } from './thread/host-protocol.js';
export { type RunFailure, type RunHandle, startRun } from './thread/run-host.js';
