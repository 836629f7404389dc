import { nextAxis, nextSmoothing, toggleCursor, zoomIn, zoomOut } from '../charts/chart-actions.js';
import type { DashboardKey } from '../dashboard/actions/actions.js';
import { togglePairHistory, toggleUnfolded } from '../dashboard/actions/matrix-cursor.js';
import { chooseLines, chooseThreshold } from '../dashboard/actions/preference-actions.js';
import { measureCurvature, toggleTheory } from '../dashboard/actions/run-actions.js';
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
import { noCharts, noCurves, noMatrix, theoryOnly, unless } from './idle-keys.js';
import { othersHint, panelsHint } from './key-hints.js';
import { everywhere, live, looking, sideways } from './rows-by-mode.js';

/** Keys that change what is looked at and how, never the run. */
export const lookKeys: readonly DashboardKey[] = [
  live(
    'freeze',
    'f',
    panelsHint(({ isFrozen }) => (isFrozen ? 'go on' : 'freeze')),
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
