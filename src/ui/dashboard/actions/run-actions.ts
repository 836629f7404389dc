import type { PresetSummary } from '../../../protocol/index.js';
import { isOnWay } from '../../../store/index.js';
import { chosenPerturbation, valueProblem } from '../overlays/perturb-menu.js';
import { searchPresets } from '../overlays/preset-search.js';
import type { DashboardActions } from './actions.js';
import { closed } from './overlay-changes.js';
import { noPair } from './view-changes.js';

/** To the frame on display, where the view then follows the run. */
export const rewind = ({ display, playback, session, say }: DashboardActions): void => {
  const { frame, changesOfFrame } = display.scene.state;
  if (playback.view.index === null || !frame) {
    say(', and . choose the frame to rewind to');
    return;
  }
  if (!isOnWay(display.scene.state, display.live)) {
    say('this frame is of a course that the run has left, by u, b or C');
    return;
  }
  session.send({ type: 'rewind', step: frame.step, changes: changesOfFrame.length });
  playback.follow();
};

export const toggleControl = ({ display, session }: DashboardActions): void => {
  if (display.live.control) session.endControl(false);
  else session.startControl();
};

/** The theory is computed only while it is watched. */
export const toggleTheory = (actions: DashboardActions): void => {
  actions.look((view) => ({ ...view, laid: null, theory: !view.theory }));
  actions.session.send({ type: 'watch-theory', on: actions.view.theory });
};

/** Measures the curvature of the loss, and goes to where it is shown. */
export const measureCurvature = (actions: DashboardActions): void => {
  if (!actions.view.theory) toggleTheory(actions);
  actions.say('measuring the curvature, which takes some seconds');
  actions.session.send({ type: 'measure-curvature' });
};

/** `key`: the one that asks for it. */
export const startPreset = (
  { look, sayUntilRun, say, session, display, mayEnd }: DashboardActions,
  preset: PresetSummary | undefined,
  key: string,
): void => {
  if (!preset) {
    say(`there are ${display.presets.length} presets`);
    return;
  }
  if (!mayEnd(key, `starts ${preset.name}`)) return;
  look((view) => ({ ...view, overlay: null, frozen: null }));
  sayUntilRun(`starting ${preset.title}`);
  session.switchPreset(preset.name);
};

export const restart = (
  { look, sayUntilRun, session, mayEnd }: DashboardActions,
  seed: 'same' | 'new',
  key: string,
): void => {
  if (!mayEnd(key, 'restarts')) return;
  look((view) => ({ ...view, frozen: null }));
  sayUntilRun(seed === 'same' ? 'restarting' : 'restarting with a new seed');
  session.restart(seed);
};

/** Quits where the run may end. */
export const quit = ({ shell, mayEnd }: DashboardActions, key: string): void => {
  if (mayEnd(key, 'quits')) shell.quit('quit');
};

/** Back to where the last undo or rewind came from; without one to the run that this one took the place of. */
export const redoOrBringBack = (
  { display, session, mayEnd, sayUntilRun }: DashboardActions,
  key: string,
): void => {
  const { redoable, replaced } = display.live;
  if (redoable.length > 0 || replaced === null) session.send({ type: 'redo' });
  else if (mayEnd(key, 'brings the run before back')) {
    sayUntilRun(`bringing ${replaced.header?.title ?? 'the run'} back`);
    session.bringBack();
  }
};

/** Does what is chosen in the overlay. */
export const applyChoice = (actions: DashboardActions, key: string): void => {
  const { view, display, session, look, say } = actions;
  const { overlay } = view;
  if (overlay?.kind === 'presets') {
    const found = searchPresets(display.presets, overlay.query)[overlay.selected];
    if (found) startPreset(actions, found.preset, key);
  }
  if (overlay?.kind !== 'perturb') return;
  const problem = valueProblem(overlay, display.teachers);
  if (problem !== '') {
    say(problem);
    return;
  }
  session.send({
    type: 'perturb',
    perturbation: chosenPerturbation(overlay, display.teachers, view.layer),
  });
  look(closed);
};

/**
 * Closes the theory or the runs laid over each other, else takes the cursor of the matrix away, else that of the charts, else comes back to the present, else
 * to the own run, else leaves the dashboard.
 */
export const goBack = (actions: DashboardActions): void => {
  const { view, look, playback, canGoBack, leaveVisit, shell } = actions;
  if (view.theory) toggleTheory(actions);
  else if (view.laid !== null) look((from) => ({ ...from, laid: null }));
  else if (view.pair !== null) look((from) => ({ ...from, ...noPair }));
  else if (view.chart.cursor !== null) look((from) => ({ ...from, chart: { ...from.chart, cursor: null } }));
  else if (playback.view.index !== null) playback.follow();
  else if (!leaveVisit() && canGoBack) shell.quit('quit');
};
