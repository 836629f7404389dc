import type { State } from '../../store/index.js';
import type { View } from '../dashboard/view.js';
import { type ChartView, toggledCursor, zoomedIn, zoomedOut } from './chart-view.js';
import { lossAxisNames } from './loss-axis.js';
import { matchAxisNames } from './match-axis.js';
import { smoothings } from './smoothing.js';

/** What an action makes of the view, and what it says where nothing else on the screen does. */
type Outcome = { readonly view: View; readonly notice?: string };

/** The choice after this one; the first after the last. */
export const nextOf = <T>(choices: readonly T[], current: T): T =>
  choices[(choices.indexOf(current) + 1) % choices.length];

const lookingAt = (view: View, chart: ChartView): Outcome => ({ view: { ...view, chart } });

/** Of the focused chart; of the loss where the focus is on none. */
const nextAxis = (view: View): Outcome => {
  if (view.focus === 'curves') {
    const matchAxis = nextOf(matchAxisNames, view.matchAxis);
    return { view: { ...view, matchAxis }, notice: `${matchAxis} axis of the best match` };
  }
  const lossAxis = nextOf(lossAxisNames, view.lossAxis);
  return { view: { ...view, lossAxis }, notice: `${lossAxis} loss axis` };
};

const nextSmoothing = (view: View): Outcome => {
  const smoothing = nextOf(smoothings, view.smoothing);
  return { view: { ...view, smoothing }, notice: smoothing === 0 ? 'not smoothed' : `smoothed ${smoothing}` };
};

const zoomIn = (view: View, state: State): Outcome => {
  const nearer = zoomedIn(state, view.chart);
  return nearer ? lookingAt(view, nearer) : { view, notice: 'nothing finer is recorded there' };
};

/** How the charts over time are looked at: what each key makes of it, on the state on display. */
export const chartActions = {
  axis: nextAxis,
  smoothing: nextSmoothing,
  cursor: (view: View, state: State) => lookingAt(view, toggledCursor(state, view.chart)),
  'zoom-in': zoomIn,
  'zoom-out': (view: View, state: State) => lookingAt(view, zoomedOut(state, view.chart)),
} satisfies Record<string, (view: View, state: State) => Outcome>;

export type ChartAction = keyof typeof chartActions;
