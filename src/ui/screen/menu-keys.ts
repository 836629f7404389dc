import type { DashboardActions, DashboardKey, Mode } from '../dashboard/actions/actions.js';
import { askPresetName, enterInPanel, leavePanel } from '../dashboard/actions/experiment-actions.js';
import { chooseRun, layChosenOver } from '../dashboard/actions/list-actions.js';
import { closed, nextField, typed } from '../dashboard/actions/overlay-changes.js';
import { applyChoice } from '../dashboard/actions/run-actions.js';
import { graphemesOf } from '../terminal/text-width.js';
import { enterHint, leaveHint } from './key-hints.js';
import { kept, rowsIn } from './key-rows.js';

const rows = rowsIn<Mode, DashboardActions>;
/** Ways out that always work, and keys whose meaning lies in themselves, keep their keys. */
const fixed = { fixed: true };

const inLists = rows(['presets', 'runs'], fixed);
const choosing = rows(['perturb', 'presets'], fixed);
const inMenu = rows(['perturb'], fixed);
const typing = rows(['perturb', 'presets', 'runs', 'experiment'], fixed);
const inPresets = rows(['presets'], fixed);
const inRuns = rows(['runs'], fixed);
const inExperiment = rows(['experiment'], fixed);
const inHelp = rows(['help'], fixed);

const typeKey = ({ look }: DashboardActions, key: string): void =>
  look(typed, (text: string) => text + (key === 'space' ? ' ' : key));

/** Whether words are being typed into the search of the runs, where a space parts them. */
const isSearching = ({ view: { overlay } }: DashboardActions): boolean =>
  overlay?.kind === 'runs' && overlay.query !== '';

/** Keys of the menus, the lists and the help. */
export const menuKeys: readonly DashboardKey[] = [
  choosing('apply', 'enter', 'apply', 'apply what is chosen', applyChoice),
  inRuns(
    'apply',
    'enter',
    'choose',
    'go on with the chosen run where it has stopped, or watch it',
    chooseRun,
  ),
  inRuns(
    'lay-over',
    'tab space',
    'lay over',
    'lay the chosen run over the one on display, or take it away; space too, except within a search',
    (actions, key) => {
      if (key === 'space' && isSearching(actions)) typeKey(actions, key);
      else layChosenOver(actions);
    },
  ),
  inExperiment(
    'apply',
    'enter',
    enterHint,
    'start the run with the settings as they are; take the value, save under the name that is typed',
    enterInPanel,
  ),
  inExperiment(
    'save-preset',
    'ctrl-s',
    ({ typing }) => (typing === null ? 'save' : ''),
    'save the settings as a preset of your own',
    askPresetName,
  ),
  kept(inExperiment('close', 'escape', leaveHint, 'leave what is typed; close the settings', leavePanel)),
  inMenu('next-field', 'tab', 'next value', 'next value of a perturbation', ({ look }) => look(nextField)),
  kept(inLists('close', 'escape', 'close', 'close the list', ({ look }) => look(closed))),
  // Named in the footer: everywhere else the same letter quits.
  kept({
    ...inHelp('close', 'q escape ? h f1', 'close', 'close the help; q a second time quits', ({ look }) =>
      look(closed),
    ),
    label: 'esc q',
  }),
  kept({
    ...inMenu('close', 'q escape p', 'close', 'close the menu; q a second time quits', ({ look }) =>
      look(closed),
    ),
    label: 'esc q',
  }),
  typing('erase', 'backspace', '', 'erase a character; the value of the preset again', ({ look }) =>
    look(typed, (text) => graphemesOf(text).slice(0, -1).join('')),
  ),
  { ...inPresets('type', 'space text', '', 'search the presets', typeKey), label: 'letters' },
  { ...inRuns('type', 'text', '', 'search the runs', typeKey), label: 'letters' },
  {
    ...inExperiment('type', 'space text', '', 'search the settings; a digit or = begins a value', typeKey),
    label: 'letters',
  },
  { ...inMenu('type', 'text', '', 'type a value', typeKey), label: 'digits' },
];
