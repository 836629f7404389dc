import type { KeyBinding, Situation } from './key-rows.js';

/** Why a key does nothing as things are, for the footer; empty where it does something. */
export type Reason = (situation: Situation) => string;

/** Rows of keys that do nothing for a reason, which the footer then says; it has no hints for them. */
export const unless = <Row extends KeyBinding>(why: Reason, ...rows: readonly Row[]): Row[] =>
  rows.map((row) => ({ ...row, why }));

/** Nothing trains any more, and no other run is on its way. */
export const ended: Reason = ({ runState, isStarting }) => {
  if (isStarting) return '';
  if (runState === 'done') return 'the run is done: r runs it again';
  return runState === 'diverged' ? 'the run has diverged: u undoes, r restarts' : '';
};

const withoutPanels =
  (ids: readonly string[], reason: string): Reason =>
  ({ panels, showsTheory }) => {
    if (ids.some((id) => panels.includes(id))) return '';
    return showsTheory ? 'the theory has the screen: y goes back' : reason;
  };

export const noMatrix = withoutPanels(['matrix'], 'the matrix is not on the screen');
export const noCharts = withoutPanels(['loss', 'curves', 'pairHistory'], 'no chart is on the screen');
export const noCurves = withoutPanels(['curves'], 'no room for best matches over time');
export const theoryOnly = withoutPanels(['matrix', 'loss', 'events'], 'there are no panels');
