import type { DashboardKey } from '../dashboard/actions/actions.js';
import { openExperiment } from '../dashboard/actions/experiment-actions.js';
import { nextLaidView, openRunList } from '../dashboard/actions/list-actions.js';
import { openedHelp, openedPerturb, openedPresets } from '../dashboard/actions/overlay-changes.js';
import {
  chooseFrameRate,
  choosePalette,
  chooseTheme,
  toggleDrawing,
  toggleMouse,
} from '../dashboard/actions/preference-actions.js';
import {
  goBack,
  quit,
  redoOrBringBack,
  restart,
  rewind,
  startPreset,
  toggleControl,
} from '../dashboard/actions/run-actions.js';
import { ended, unless } from './idle-keys.js';
import { backHint, homeHint, othersHint, panelsHint, pauseHint, presentHint, redoHint } from './key-hints.js';
import { inGroup, kept } from './key-rows.js';
import { lookKeys } from './look-keys.js';
import { menuKeys } from './menu-keys.js';
import { everywhere, everywhereFixed, live, liveFixed, looking, watching } from './rows-by-mode.js';

const runKeys: readonly DashboardKey[] = [
  looking(
    'back',
    'escape',
    backHint,
    'close the theory; take the cursor away; back to the present; from a run of the list to the own; to the sweep that it was opened from',
    goBack,
  ),
  looking(
    'laid-over',
    'd',
    othersHint('next view'),
    'runs laid over each other: charts, a node over time, nodes, settings',
    nextLaidView,
  ),
  ...unless(
    ended,
    live('pause', 'space', pauseHint, 'pause or resume the training', ({ run, say }) =>
      say(run.togglePause()),
    ),
    live('step', 's', presentHint('step'), 'one step, then pause', ({ session }) =>
      session.send({ type: 'advance', by: 'step' }),
    ),
    live('epoch', 'n', presentHint('epoch'), 'run to the end of the epoch, then pause', ({ session }) =>
      session.send({ type: 'advance', by: 'epoch' }),
    ),
  ),
  live('presets', '/', homeHint('presets'), 'list of presets, with search', ({ look }) =>
    look(openedPresets),
  ),
  looking(
    'experiment',
    'E',
    homeHint('settings'),
    "the experiment's settings: change, start, save",
    openExperiment,
  ),
  looking('runs', 'L', 'runs', 'list of the runs: search, go on with one, watch it', openRunList),
  live(
    'restart',
    'r',
    homeHint(({ runState }) => (runState === 'done' ? 'again' : 'restart')),
    'restart with the same seed',
    (actions, key) => restart(actions, 'same', key),
  ),
  live('restart-new-seed', 'R', '', 'restart with a new seed', (actions, key) =>
    restart(actions, 'new', key),
  ),
  {
    ...liveFixed(
      'preset-number',
      '1 2 3 4 5 6 7 8 9',
      '',
      'start a preset by its number in the list',
      (actions, key) => startPreset(actions, actions.display.presets[Number(key) - 1], key),
    ),
    label: '1-9',
  },
  live(
    'break',
    'B',
    '',
    'pause by itself: at the next node specialized, one lost, a plateau, or never',
    ({ run, say }) => say(run.nextBreakpoint()),
  ),
];

const changeKeys: readonly DashboardKey[] = [
  live('perturb', 'p', homeHint('perturb'), 'perturb the student: a menu of what to do to it', ({ look }) =>
    look(openedPerturb),
  ),
  live(
    'undo',
    'u',
    ({ canUndo }) => (canUndo ? 'undo' : ''),
    'undo the last perturbation: back to the state just before it',
    ({ session }) => session.send({ type: 'undo' }),
  ),
  live(
    'redo',
    'U',
    redoHint,
    'redo: back to where the last undo or rewind came from; else back to the run before this one',
    redoOrBringBack,
  ),
  live(
    'control',
    'c',
    homeHint(({ hasControl }) => (hasControl ? 'drop control' : 'control')),
    'control: the run as it would go on untouched, beside it; again to drop it',
    toggleControl,
  ),
  live('promote-control', 'C', '', "take the control's course in place of the run's", ({ session }) =>
    session.endControl(true),
  ),
  live('faster-learning', '+ =', '', 'double the learning rate', ({ run, say }) =>
    say(run.scaleLearningRate(2)),
  ),
  live('slower-learning', '-', '', 'halve the learning rate', ({ run, say }) =>
    say(run.scaleLearningRate(0.5)),
  ),
];

const timeKeys: readonly DashboardKey[] = [
  watching(
    'play',
    'space',
    ({ isPlaying }) => (isPlaying ? 'stop' : 'play'),
    'of a log: play it, or stop',
    ({ playback, clock }) => playback.toggle(clock()),
  ),
  watching('play-faster', '+ =', 'faster', 'of a log: play twice as fast', ({ playback }) =>
    playback.scaleSpeed(2),
  ),
  watching('play-slower', '-', 'slower', 'of a log: play half as fast', ({ playback }) =>
    playback.scaleSpeed(0.5),
  ),
  looking(
    'frame-before',
    ',',
    panelsHint('back'),
    'the frame before, while the run goes on',
    ({ playback }) => playback.move(-1),
  ),
  looking('frame-after', '.', panelsHint('on'), 'the frame after', ({ playback }) => playback.move(1)),
  looking('event-before', '{', '', 'back to where something happened', ({ playback }) =>
    playback.toEvent(-1),
  ),
  looking('event-after', '}', '', 'on to where something happened', ({ playback }) => playback.toEvent(1)),
  live(
    'rewind',
    'b',
    ({ isPast }) => (isPast ? 'rewind' : ''),
    'rewind the run to the frame on display, and go on from there',
    rewind,
  ),
];

const filesKeys: readonly DashboardKey[] = [
  live('log', 'l', 'log', 'log on or off', ({ session, display }) =>
    session.setLogging(display.live.log.state !== 'recording'),
  ),
];

const screenKeys: readonly DashboardKey[] = [
  kept(
    looking('help', '? h f1', 'help', 'this list, the focused panel first', ({ look }) => look(openedHelp)),
  ),
  kept(looking('quit', 'q', 'quit', 'quit', quit)),
  looking('more-frames', '>', '', 'more frames a second', (actions) => chooseFrameRate(actions, 1)),
  looking('fewer-frames', '<', '', 'fewer frames a second', (actions) => chooseFrameRate(actions, -1)),
  looking('theme', 'T', '', "theme: for a dark or a light background, or the terminal's own", chooseTheme),
  looking('palette', 'P', '', 'palette: okabe-ito, contrast, or mono without colours', choosePalette),
  looking('drawing', 'D', '', 'draw with Unicode or with ASCII characters', toggleDrawing),
  looking('mouse', 'M', '', "mouse: click and wheel here, or the terminal's own selection", toggleMouse),
  everywhere('repaint', 'ctrl-l', '', 'repaint the screen', ({ shell }) => shell.repaint()),
  everywhere('suspend', 'ctrl-z', '', 'suspend; fg brings it back', ({ shell }) => shell.suspend()),
  everywhereFixed('interrupt', 'ctrl-c', '', 'quit', ({ shell }) => shell.quit('interrupt')),
];

/**
 * Every key of the dashboard, in the order of help and documentation; the footer takes hints in this order too. A row
 * is all that a key needs.
 */
export const keyTable: readonly DashboardKey[] = [
  ...inGroup('run', runKeys),
  ...inGroup('change', changeKeys),
  ...inGroup('time', timeKeys),
  ...inGroup('look', lookKeys),
  ...inGroup('files', filesKeys),
  ...inGroup('screen', screenKeys),
  ...inGroup('menus and lists', menuKeys),
];

/** The key table as a Markdown table, for docs/reference/keys.md. */
export const keyTableMarkdown = (): string =>
  [
    '| key | what it does | for |',
    '| --- | --- | --- |',
    ...keyTable.map(({ label, description, group }) => `| \`${label}\` | ${description} | ${group} |`),
  ].join('\n');
