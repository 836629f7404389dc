import type { DashboardActions, Mode } from '../dashboard/actions/actions.js';
import { rowsIn } from './key-rows.js';

/** Makers of the dashboard's key rows, named after what has the keyboard where the key works. */
const rows = rowsIn<Mode, DashboardActions>;
const fixed = { fixed: true };

const all: readonly Mode[] = ['panels', 'watch', 'perturb', 'presets', 'runs', 'experiment', 'help'];

/** The panels of a live run. */
export const live = rows(['panels']);
export const liveFixed = rows(['panels'], fixed);
/** The panels of a log. */
export const watching = rows(['watch']);
/** The panels of either. */
export const looking = rows(['panels', 'watch']);
export const sideways = rows(['panels', 'watch', 'perturb', 'experiment']);
export const everywhere = rows(all);
/** Ways out that always work, and keys whose meaning lies in themselves: settings cannot give these another key. */
export const everywhereFixed = rows(all, fixed);
