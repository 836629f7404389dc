import { isResumable, type RunRecord } from '../../../protocol/index.js';
import { chosenAt, searchRuns } from '../overlays/run-search.js';
import type { DashboardActions } from './actions.js';
import { closed, openedRuns } from './overlay-changes.js';

/** Opens the list of runs, where there is a log folder. */
export const openRunList = ({ display, look, openRuns, say }: DashboardActions): void => {
  if (!display.runs) say('there is no log folder here');
  else {
    openRuns();
    look(openedRuns);
  }
};

/** Goes on with a run in place of the one that is trained. */
const goOnWithRun = (
  { look, mayEnd, sayUntilRun, leaveVisit, goOnWith }: DashboardActions,
  { name, title, folder }: RunRecord,
  key: string,
): void => {
  if (!mayEnd(key, `goes on with ${name}`)) return;
  look(closed);
  leaveVisit();
  sayUntilRun(`going on with ${title}`);
  goOnWith(folder);
};

/** Goes on with the chosen run where it has stopped and can be trained here; else watches it. */
export const chooseRun = (actions: DashboardActions, key: string): void => {
  const { view, display, look, visit } = actions;
  const { runs } = display;
  if (view.overlay?.kind !== 'runs' || !runs) return;
  const found = searchRuns(runs.list, view.overlay.query);
  const run = found[chosenAt(found, view.overlay)];
  if (!run) return;
  if (run.folder !== runs.current && runs.canGoOn && isResumable(run)) {
    goOnWithRun(actions, run, key);
    return;
  }
  look(closed);
  if (run.folder !== runs.current) visit(run);
};
