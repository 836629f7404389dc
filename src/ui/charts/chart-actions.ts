import type { State } from '../../store/index.js';
import type { View } from '../dashboard/view.js';
import { type ChartView, toggledCursor, zoomedIn, zoomedOut } from './chart-view.js';
import { smoothings } from './lines/smoothing.js';
import { lossAxisNames } from './loss-axis.js';
import { matchAxisNames } from './match-axis.js';

/** What an action makes of the view, and what it says where nothing else on the screen does. */
export type ChartOutcome = { readonly view: View; readonly notice?: string };

/** The choice after this one; the first after the last. */
export const nextOf = <T>(choices: readonly T[], current: T): T =>
  choices[(choices.indexOf(current) + 1) % choices.length];

const lookingAt = (view: View, chart: ChartView): ChartOutcome => ({ view: { ...view, chart } });

/** The next axis of the focused chart; of the loss where the focus is on none. */
export const nextAxis = (view: View): ChartOutcome => {
  if (view.focus === 'curves') {
    const matchAxis = nextOf(matchAxisNames, view.matchAxis);
    return { view: { ...view, matchAxis }, notice: `${matchAxis} axis of the best match` };
  }
  const lossAxis = nextOf(lossAxisNames, view.lossAxis);
  return { view: { ...view, lossAxis }, notice: `${lossAxis} loss axis` };
};

export const nextSmoothing = (view: View): ChartOutcome => {
  const smoothing = nextOf(smoothings, view.smoothing);
  return { view: { ...view, smoothing }, notice: smoothing === 0 ? 'not smoothed' : `smoothed ${smoothing}` };
};

export const zoomIn = (view: View, state: State): ChartOutcome => {
  const nearer = zoomedIn(state, view.chart);
  return nearer ? lookingAt(view, nearer) : { view, notice: 'nothing finer is recorded there' };
};

export const zoomOut = (view: View, state: State): ChartOutcome => {
  const farther = zoomedOut(state, view.chart);
  const isWhole = farther.span === view.chart.span;
  return { view: { ...view, chart: farther }, ...(isWhole ? { notice: 'the whole run is shown' } : {}) };
};

export const toggleCursor = (view: View, state: State): ChartOutcome =>
  lookingAt(view, toggledCursor(state, view.chart));
