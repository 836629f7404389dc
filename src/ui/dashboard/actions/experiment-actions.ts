import { changedTitle, changesAsSettings, type Preset, sheetOf } from '../../../experiment/index.js';
import { isForeign } from '../../../protocol/index.js';
import type { State } from '../../../store/index.js';
import type { Changed } from '../overlays/experiment-desk.js';
import { type ExperimentPanel, openPanel, takeTyped } from '../overlays/experiment-panel.js';
import type { View } from '../view.js';
import type { DashboardActions } from './actions.js';
import { closed } from './overlay-changes.js';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const withPanel =
  (change: Partial<ExperimentPanel>) =>
  (view: View): View =>
    view.overlay?.kind === 'experiment' ? { ...view, overlay: { ...view.overlay, ...change } } : view;

/** What the command line had the run on display do by itself, which no other run does; empty where there is nothing. */
const stayingBehind = ({ header, breakpoints }: State, preset: Preset): string => {
  const given = header && !isForeign(header) ? (header.interventions ?? []) : [];
  const words = [
    ...(given.length > preset.interventions.length ? ['--at'] : []),
    ...(breakpoints.length > preset.breakpoints.length ? ['--break'] : []),
  ];
  return words.length === 0 ? '' : `what ${words.join(' and ')} asked for stays with this run`;
};

/** Opens the settings of the run on display; those that were being changed, where it is still the same run. */
export const openExperiment = ({ display, desk, look, say, view }: DashboardActions): void => {
  const { header } = display.scene.state;
  if (!desk) say('no run can be started from here');
  else if (!header) say('there is no run yet');
  else if (isForeign(header)) say('a log of another trainer: its run cannot be started here');
  else {
    const run = `${header.preset} ${header.startedAt}`;
    try {
      const sheet = sheetOf(desk.load(header.preset), header.experiment);
      const edited = view.edited?.run === run ? view.edited : null;
      const said = sheet ? stayingBehind(display.scene.state, sheet.preset) : '';
      if (sheet) look((from) => ({ ...from, overlay: edited ?? openPanel(run, sheet, said) }));
      else say(`preset ${header.preset} has become one of another kind`);
    } catch (error) {
      say(messageOf(error));
    }
  }
};

/** Leaves what is being typed, else closes the panel; what has been changed is there when it is opened again. */
export const leavePanel = ({ view, look }: DashboardActions): void => {
  const { overlay } = view;
  if (overlay?.kind !== 'experiment') return;
  if (overlay.field) look(withPanel({ field: null, said: '', isProblem: false }));
  else look((from) => ({ ...closed(from), edited: overlay }));
};

const changedIn = ({ sheet }: ExperimentPanel): Changed => ({
  preset: sheet.preset.name,
  settings: changesAsSettings(sheet),
});

const start = (actions: DashboardActions, panel: ExperimentPanel, key: string): void => {
  const { desk, look, mayEnd, leaveVisit, sayUntilRun } = actions;
  const changed = changedIn(panel);
  const problem = desk?.problem(changed) ?? null;
  if (problem !== null) look(withPanel({ said: problem, isProblem: true }));
  else if (mayEnd(key, 'starts it')) {
    look((view) => ({ ...closed(view), edited: null, frozen: null }));
    leaveVisit();
    sayUntilRun(`starting ${changedTitle(panel.sheet.preset.title, changed.settings)}`);
    desk?.start(changed);
  }
};

const save = ({ desk, look }: DashboardActions, panel: ExperimentPanel): void => {
  const { field } = panel;
  if (!desk || !field) return;
  const name = field.text.trim();
  try {
    if (desk.has(name) && !field.isAsked) {
      const said = `there is a preset ${name} of yours: enter again overwrites it`;
      look(withPanel({ said, isProblem: true, field: { ...field, isAsked: true } }));
      return;
    }
    const path = desk.save(name, changedIn(panel));
    look(withPanel({ field: null, said: `saved: teachtop ${name} runs it (${path})`, isProblem: false }));
  } catch (error) {
    look(withPanel({ said: messageOf(error), isProblem: true }));
  }
};

/** Takes the value or saves under the name that is being typed; else starts the run. */
export const enterInPanel = (actions: DashboardActions, key: string): void => {
  const { overlay } = actions.view;
  if (overlay?.kind !== 'experiment') return;
  if (overlay.field?.of === 'value') actions.look(withPanel(takeTyped(overlay)));
  else if (overlay.field?.of === 'name') save(actions, overlay);
  else start(actions, overlay, key);
};

/** Asks for the name to save the settings under. */
export const askPresetName = ({ view, look }: DashboardActions): void => {
  if (view.overlay?.kind !== 'experiment') return;
  const { preset } = view.overlay.sheet;
  const field = { of: 'name', text: preset.isOwn ? preset.name : '', isAsked: false } as const;
  look(withPanel({ field, said: '', isProblem: false }));
};
