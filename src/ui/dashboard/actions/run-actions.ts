import type { PresetSummary } from '../../../protocol/index.js';
import { chosenPerturbation, valueProblem } from '../perturb-menu.js';
import { searchPresets } from '../preset-search.js';
import type { DashboardActions } from './actions.js';
import { closed } from './overlay-changes.js';
import { noPair } from './view-changes.js';

/** To the frame on display, where the view then follows the run. */
export const rewind = ({ display, playback, session, say }: DashboardActions): void => {
  const { frame } = display.scene.state;
  if (playback.view.index === null || !frame) {
    say(', and . choose the frame to rewind to');
    return;
  }
  session.send({ type: 'rewind', step: frame.step });
  playback.follow();
};

export const toggleControl = ({ display, session }: DashboardActions): void => {
  if (display.live.control) session.endControl(false);
  else session.startControl();
};

/** The theory is computed only while it is watched. */
export const toggleTheory = (actions: DashboardActions): void => {
  actions.look((view) => ({ ...view, theory: !view.theory }));
  actions.session.send({ type: 'watch-theory', on: actions.view.theory });
};

export const startPreset = (
  { look, sayUntilRun, say, session, display }: DashboardActions,
  preset: PresetSummary | undefined,
): void => {
  if (!preset) {
    say(`there are ${display.presets.length} presets`);
    return;
  }
  look((view) => ({ ...view, overlay: null, frozen: null }));
  sayUntilRun(`starting ${preset.title}`);
  session.switchPreset(preset.name);
};

export const restart = ({ look, sayUntilRun, session }: DashboardActions, seed: 'same' | 'new'): void => {
  look((view) => ({ ...view, frozen: null }));
  sayUntilRun(seed === 'same' ? 'restarting' : 'restarting with a new seed');
  session.restart(seed);
};

/** Does what is chosen in the overlay. */
export const applyChoice = (actions: DashboardActions): void => {
  const { view, display, session, look } = actions;
  const { overlay } = view;
  if (overlay?.kind === 'presets') {
    const found = searchPresets(display.presets, overlay.query)[overlay.selected];
    if (found) startPreset(actions, found.preset);
  }
  if (overlay?.kind !== 'perturb' || valueProblem(overlay, display.teachers) !== '') return;
  session.send({
    type: 'perturb',
    perturbation: chosenPerturbation(overlay, display.teachers, view.layer),
  });
  look(closed);
};

/** Takes the cursor of the matrix away, else that of the charts, else comes back to the present, else leaves the dashboard. */
export const goBack = ({ view, look, playback, canGoBack, shell }: DashboardActions): void => {
  if (view.pair !== null) look((from) => ({ ...from, ...noPair }));
  else if (view.chart.cursor !== null) look((from) => ({ ...from, chart: { ...from.chart, cursor: null } }));
  else if (playback.view.index !== null) playback.follow();
  else if (canGoBack) shell.quit('quit');
};
