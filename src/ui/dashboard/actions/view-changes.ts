import { formsOfLayer } from '../../../store/index.js';
import { nextOf } from '../../charts/chart-actions.js';
import { timeUnits } from '../../charts/ticks/time-ticks.js';
import { laidTimes } from '../runs/laid-series.js';
import { curveStyles, focusOrder, type MatrixView, matrixViews, type View } from '../view.js';
import type { DashboardActions, Display } from './actions.js';
import { panelOf } from './panel-of.js';

/** With the focus on the next panel on the screen, or the one before. */
export const movedFocus = (view: View, display: Display, by: 1 | -1): View => {
  const candidates = focusOrder.filter((id) => panelOf(display, id) !== null);
  if (candidates.length === 0) return view;
  const at = candidates.indexOf(view.focus) + by;
  return { ...view, focus: candidates[(at + candidates.length) % candidates.length] };
};

/** Nothing asked of the matrix. */
export const noPair = { pair: null, pairHistory: false, unfolded: false } as const;

/** At the hidden layer above or below. */
const movedLayer = (view: View, { layers }: Display, by: 1 | -1): View => {
  const layer = Math.max(0, Math.min(layers - 1, view.layer + by));
  return layer === view.layer ? view : { ...view, layer, ...noPair, scroll: { ...view.scroll, teachers: 0 } };
};

/** Goes to the hidden layer above or below, where there is one. */
export const moveLayer = ({ display, look, say }: DashboardActions, by: 1 | -1): void => {
  if (display.layers < 2)
    say(display.layers === 1 ? 'there is one hidden layer' : 'there is no hidden layer');
  look(movedLayer, by);
};

/** The control's correlations only where there is a control, H and beta where the frames have them. */
export const nextMatrixView = (view: View, { live, scene }: Display): View => {
  const hasForms = formsOfLayer(scene.state, view.layer) !== null;
  const isOffered = (each: MatrixView): boolean => {
    if (each === 'control') return live.control !== null;
    return hasForms || (each !== 'H' && each !== 'beta');
  };
  const offered = matrixViews.filter(isOffered);
  return { ...view, matrixView: nextOf(offered, view.matrixView) };
};

/** With what is on display kept there, or no longer. */
export const toggledFreeze = (view: View, { scene }: Display): View => ({
  ...view,
  frozen: view.frozen ? null : scene.state,
});

/** With the best matches over time drawn the other way. */
export const nextCurveStyle = (view: View): View => ({
  ...view,
  curveStyle: nextOf(curveStyles, view.curveStyle),
});

/** With the L-shape in the place of a chart, or only where there is room. */
export const toggledShape = (view: View): View => ({ ...view, shape: !view.shape });

/** With time counted in the other unit. */
export const nextTimeUnit = (view: View): View =>
  view.laid === null
    ? { ...view, timeUnit: nextOf(timeUnits, view.timeUnit) }
    : { ...view, laidTime: nextOf(laidTimes, view.laidTime) };
