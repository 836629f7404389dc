import { nextAxis, nextSmoothing, toggleCursor, zoomIn, zoomOut } from '../charts/chart-actions.js';
import type { DashboardActions, DashboardKey, Mode } from '../dashboard/actions/actions.js';
import { openExperiment } from '../dashboard/actions/experiment-actions.js';
import { nextLaidView, openRunList } from '../dashboard/actions/list-actions.js';
import { togglePairHistory, toggleUnfolded } from '../dashboard/actions/matrix-cursor.js';
import { openedHelp, openedPerturb, openedPresets } from '../dashboard/actions/overlay-changes.js';
import {
  chooseFrameRate,
  chooseLines,
  choosePalette,
  chooseTheme,
  chooseThreshold,
  toggleDrawing,
  toggleMouse,
} from '../dashboard/actions/preference-actions.js';
import {
  goBack,
  measureCurvature,
  quit,
  redoOrBringBack,
  restart,
  rewind,
  startPreset,
  toggleControl,
  toggleTheory,
} from '../dashboard/actions/run-actions.js';
import { move, moveAlong, page } from '../dashboard/actions/scrolling.js';
import {
  movedFocus,
  moveLayer,
  nextCurveStyle,
  nextMatrixView,
  nextTimeUnit,
  toggledFreeze,
  toggledShape,
} from '../dashboard/actions/view-changes.js';
import { ended, noCharts, noCurves, noMatrix, theoryOnly, unless } from './idle-keys.js';
import { backHint, othersHint, ownHint, pauseHint, redoHint } from './key-hints.js';
import { inGroup, kept, rowsIn } from './key-rows.js';
import { menuKeys } from './menu-keys.js';

const rows = rowsIn<Mode, DashboardActions>;
const fixed = { fixed: true };

const live = rows(['panels']);
const liveFixed = rows(['panels'], fixed);
const watching = rows(['watch']);
/** The panels, be they of a live run or of a log. */
const looking = rows(['panels', 'watch']);
const sideways = rows(['panels', 'watch', 'perturb', 'experiment']);
const everywhere = rows(['panels', 'watch', 'perturb', 'presets', 'runs', 'experiment', 'help']);
/** Ways out that always work, and keys whose meaning lies in themselves, keep their keys. */
const everywhereFixed = rows(['panels', 'watch', 'perturb', 'presets', 'runs', 'experiment', 'help'], fixed);

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
    live('step', 's', ownHint('step'), 'one step, then pause', ({ session }) =>
      session.send({ type: 'advance', by: 'step' }),
    ),
    live('epoch', 'n', ownHint('epoch'), 'run to the end of the epoch, then pause', ({ session }) =>
      session.send({ type: 'advance', by: 'epoch' }),
    ),
  ),
  live('presets', '/', ownHint('presets'), 'list of presets, with search', ({ look }) => look(openedPresets)),
  looking(
    'experiment',
    'E',
    ownHint('settings'),
    "the experiment's settings: change, start, save",
    openExperiment,
  ),
  looking('runs', 'L', 'runs', 'list of the runs: search, go on with one, watch it', openRunList),
  live(
    'restart',
    'r',
    ownHint(({ runState }) => (runState === 'done' ? 'again' : 'restart')),
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
  live('perturb', 'p', ownHint('perturb'), 'perturb the student: a menu of what to do to it', ({ look }) =>
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
    ownHint(({ hasControl }) => (hasControl ? 'drop control' : 'control')),
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
  looking('frame-before', ',', ownHint('back'), 'the frame before, while the run goes on', ({ playback }) =>
    playback.move(-1),
  ),
  looking('frame-after', '.', ownHint('on'), 'the frame after', ({ playback }) => playback.move(1)),
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

const lookKeys: readonly DashboardKey[] = [
  live(
    'freeze',
    'f',
    ownHint(({ isFrozen }) => (isFrozen ? 'go on' : 'freeze')),
    'freeze the view while the training goes on',
    ({ look }) => look(toggledFreeze),
  ),
  ...unless(
    noMatrix,
    looking('matrix-view', 'm', 'matrix', 'matrix: correlation, specialized, observability', ({ look }) =>
      look(nextMatrixView),
    ),
    looking(
      'unfold',
      'w',
      '',
      'matrix: unfold folded columns around the cursor, or fold them again',
      toggleUnfolded,
    ),
    looking(
      'pair-history',
      'enter',
      '',
      'matrix: the history of the cell at the cursor, or the charts again',
      togglePairHistory,
    ),
  ),
  ...unless(
    noCurves,
    looking('curves', 'o', '', 'best matches over time: strips or lines', ({ look }) => look(nextCurveStyle)),
  ),
  ...unless(
    theoryOnly,
    looking('shape', 'v', '', 'the L-shape: student nodes by fan-out norm and best correlation', ({ look }) =>
      look(toggledShape),
    ),
  ),
  ...unless(
    noCharts,
    looking('lines', 'F', '', 'lines of charts: fine in few rows, always, or never', chooseLines),
    looking(
      'axis',
      'a',
      '',
      'axis of the loss, or of the focused chart: logarithmic or linear',
      ({ chart }) => chart(nextAxis),
    ),
    looking('smoothing', 'S', '', 'smoothing of the charts: none, 0.6, 0.9', ({ chart }) =>
      chart(nextSmoothing),
    ),
    looking('cursor', 'x', '', 'cursor on the charts: left and right read their values', ({ chart }) =>
      chart(toggleCursor),
    ),
    looking('zoom-in', 'z', '', 'zoom in: half the time on every chart', ({ chart }) => chart(zoomIn)),
    looking('zoom-out', 'Z', '', 'zoom out', ({ chart }) => chart(zoomOut)),
  ),
  looking(
    'time-unit',
    'e',
    othersHint('time'),
    'time in epochs or in steps; of runs laid over each other in seconds too',
    ({ look }) => look(nextTimeUnit),
  ),
  looking(
    'theory',
    'y',
    ({ showsTheory }) => (showsTheory ? 'back' : 'theory'),
    "theory: the paper's statements, checked on the student as it is; order parameters of a soft committee machine",
    toggleTheory,
  ),
  live(
    'curvature',
    'H',
    '',
    'curvature of the loss: the largest and smallest eigenvalue of its Hessian, in the theory',
    measureCurvature,
  ),
  looking('layer-below', '[', '', 'the hidden layer below, in networks of several', (actions) =>
    moveLayer(actions, -1),
  ),
  looking('layer-above', ']', '', 'the hidden layer above', (actions) => moveLayer(actions, 1)),
  live('threshold', 't', 'threshold', 'threshold: .5 .6 .7 .8 .9 .95 .99', chooseThreshold),
  ...unless(
    theoryOnly,
    looking('focus-next', 'tab', 'focus', 'focus the next panel', ({ look }) => look(movedFocus, 1)),
    looking('focus-previous', 'shift-tab', '', 'focus the previous panel', ({ look }) =>
      look(movedFocus, -1),
    ),
  ),
  everywhere('up', 'up', '', 'scroll up, or choose the one above', (actions) => move(actions, 'rows', -1)),
  everywhere('down', 'down', '', 'scroll down, or choose the one below', (actions) =>
    move(actions, 'rows', 1),
  ),
  sideways('left', 'left', '', 'scroll left, move the cursor, or lower the value', (actions) =>
    move(actions, 'columns', -1),
  ),
  sideways('right', 'right', '', 'scroll right, move the cursor, or raise the value', (actions) =>
    move(actions, 'columns', 1),
  ),
  everywhere('page-up', 'pageup', '', 'scroll up by ten', (actions) => move(actions, 'rows', -page)),
  everywhere('page-down', 'pagedown', '', 'scroll down by ten', (actions) => move(actions, 'rows', page)),
  everywhere('first', 'home', '', 'scroll to the start; in the matrix to the first of the row', (actions) =>
    moveAlong(actions, Number.NEGATIVE_INFINITY),
  ),
  everywhere('last', 'end', '', 'scroll to the end; in the matrix to the last of the row', (actions) =>
    moveAlong(actions, Number.POSITIVE_INFINITY),
  ),
  ...unless(
    noMatrix,
    looking('page-left', '(', '', 'matrix: ten columns to the left', (actions) =>
      move(actions, 'columns', -page),
    ),
    looking('page-right', ')', '', 'matrix: ten columns to the right', (actions) =>
      move(actions, 'columns', page),
    ),
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
