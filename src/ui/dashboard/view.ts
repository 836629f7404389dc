import type { Sheet } from '../../experiment/index.js';
import type { State } from '../../store/index.js';
import { type ChartView, wholeChart } from '../charts/chart-view.js';
import type { LossAxisName } from '../charts/loss-axis.js';
import type { MatchAxisName } from '../charts/match-axis.js';
import type { TimeUnit } from '../charts/ticks/time-ticks.js';
import type { PastView } from './playback.js';
import type { LaidTime } from './runs/laid-series.js';

/** Panels that can have the focus, in the order of the tab key. */
export const focusOrder = ['loss', 'curves', 'teachers', 'matrix', 'events'] as const;
export type FocusId = (typeof focusOrder)[number];

/**
 * H and beta, student with teacher, of runs that have the gradient forms. The control's correlations have a view of their
 * own where both matrices do not fit side by side.
 */
export const matrixViews = ['correlation', 'specialized', 'observability', 'H', 'beta', 'control'] as const;
export type MatrixView = (typeof matrixViews)[number];

/** How the best matches over time are drawn: a shaded row a teacher node, or a line. */
export const curveStyles = ['strips', 'lines'] as const;
export type CurveStyle = (typeof curveStyles)[number];

/** What is shown of runs that are laid over each other. */
export const laidViews = ['charts', 'curves', 'nodes', 'settings'] as const;
export type LaidView = (typeof laidViews)[number];

/** A cell of the matrix. */
export type Pair = { readonly teacher: number; readonly student: number };

/** What lies over the panels, and where its keys stand. */
export type Overlay =
  | { readonly kind: 'help'; readonly scroll: number }
  | { readonly kind: 'presets'; readonly query: string; readonly selected: number }
  /** `chosen`: folder of a run; null before one is. */
  | { readonly kind: 'runs'; readonly query: string; readonly chosen: string | null }
  | {
      readonly kind: 'experiment';
      /** The run that the settings were taken from. */
      readonly run: string;
      readonly sheet: Sheet;
      readonly query: string;
      /** Key of the chosen setting; null before one is chosen. */
      readonly chosen: string | null;
      /**
       * What is typed besides the search: a value of the chosen setting, or a name for the preset to save; and whether it
       * has been asked if a preset of that name is to be overwritten.
       */
      readonly field: {
        readonly of: 'value' | 'name';
        readonly text: string;
        readonly isAsked: boolean;
      } | null;
      /** What has been done, or why it has not; empty where there is nothing to tell. */
      readonly said: string;
      readonly isProblem: boolean;
    }
  | {
      readonly kind: 'perturb';
      readonly selected: number;
      readonly parameter: number;
      /** Values of every entry's parameters, in catalog order. */
      readonly values: readonly (readonly number[])[];
      /** Digits typed since the parameter was chosen; empty when there are none. */
      readonly typed: string;
    };

/** How the person at the keyboard looks at the run; nothing of it concerns the training. */
export type View = {
  readonly overlay: Overlay | null;
  readonly focus: FocusId;
  readonly matrixView: MatrixView;
  /** The cell that is asked about; null without a cursor in the matrix. */
  readonly pair: Pair | null;
  /** Whether the history of that cell has the place of the charts. */
  readonly pairHistory: boolean;
  /** Whether folded columns are unfolded around that cell. */
  readonly unfolded: boolean;
  readonly curveStyle: CurveStyle;
  /** Whether the L-shape has the place of a chart; else it is where there is room. */
  readonly shape: boolean;
  /** What charts and events count time in. */
  readonly timeUnit: TimeUnit;
  readonly lossAxis: LossAxisName;
  readonly matchAxis: MatchAxisName;
  readonly chart: ChartView;
  /** Weight of the past in the lines of the charts; 0 shows them as they are. */
  readonly smoothing: number;
  /** Hidden layer shown. */
  readonly layer: number;
  /** What is shown of runs that are laid over each other; null while none is. */
  readonly laid: LaidView | null;
  readonly laidTime: LaidTime;
  /** First row and event shown. */
  readonly scroll: { readonly teachers: number; readonly events: number };
  /** Whether the paper's statements have the screen. */
  readonly theory: boolean;
  /** Whether the screen keeps to few frames because the training lacks processors. */
  readonly slowed: boolean;
  /** Where in the run's past the screen stands; null at the present of a live run. */
  readonly past: PastView | null;
  /** Settings that were changed and neither started nor given up; null where there are none. */
  readonly edited: Extract<Overlay, { kind: 'experiment' }> | null;
  /** What stays on display while the run goes on; null when the view is live. */
  readonly frozen: State | null;
};

export const initialView: View = {
  overlay: null,
  focus: 'matrix',
  matrixView: 'correlation',
  pair: null,
  pairHistory: false,
  unfolded: false,
  curveStyle: 'strips',
  shape: false,
  timeUnit: 'epochs',
  lossAxis: 'log',
  matchAxis: 'linear',
  chart: wholeChart,
  smoothing: 0,
  layer: 0,
  laid: null,
  laidTime: 'steps',
  scroll: { teachers: 0, events: 0 },
  theory: false,
  slowed: false,
  past: null,
  edited: null,
  frozen: null,
};

/** How another run is looked at first: as a whole, nothing asked of it. */
export const seenAfresh = (view: View): View => ({
  ...view,
  layer: 0,
  pair: null,
  pairHistory: false,
  unfolded: false,
  chart: wholeChart,
  frozen: null,
  past: null,
  scroll: { ...initialView.scroll },
});
