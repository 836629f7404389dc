import { isResumable, type RunRecord } from '../../../protocol/index.js';
import { chosenAt, searchRuns } from '../overlays/run-search.js';
import { laidViews } from '../view.js';
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

/** The run that is chosen in the list; undefined where none is. */
const chosenRun = ({ view, display }: DashboardActions): RunRecord | undefined => {
  if (view.overlay?.kind !== 'runs') return undefined;
  const found = searchRuns(display.runs?.list ?? null, view.overlay.query);
  return found[chosenAt(found, view.overlay)];
};

/** Lays the chosen run over the one on display, or takes it away again. */
export const layChosenOver = (actions: DashboardActions): void => {
  const run = chosenRun(actions);
  if (!run) return;
  const isCurrent = run.folder === actions.display.runs?.current;
  actions.say(isCurrent ? `${run.name} is on display` : actions.layOver(run));
};

/** To the next view of the runs that are laid over each other, at the end back to the panels. */
export const nextLaidView = ({ display, look, say }: DashboardActions): void => {
  if (display.scene.laid.length < 2) say('no run is laid over: L and tab');
  else
    look((view) => {
      const next = view.laid === null ? 0 : laidViews.indexOf(view.laid) + 1;
      return { ...view, theory: false, laid: laidViews[next] ?? null };
    });
};

/** Goes on with the chosen run where it has stopped and can be trained here; else watches it. */
export const chooseRun = (actions: DashboardActions, key: string): void => {
  const { display, look, visit } = actions;
  const { runs } = display;
  const run = chosenRun(actions);
  if (!runs || !run) return;
  if (run.folder !== runs.current && runs.canGoOn && isResumable(run)) {
    goOnWithRun(actions, run, key);
    return;
  }
  look(closed);
  if (run.folder !== runs.current) visit(run);
};
