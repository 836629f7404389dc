import { rowOf, type Scale } from './chart.js';
import { type Tick, valueAxisWidth } from './chart-axes.js';
import { multiplesOf, roundUp } from './ticks/round-steps.js';
import { isFilled, tickedScale } from './ticks/value-scale.js';

/** The scale that holds all values, and its ticks. */
export type FittedAxis = { readonly scale: Scale; readonly ticks: readonly Tick[] };

/** How losses become heights: what is drawn of a value, and the axis that fits them. */
export type LossAxis = {
  /** NaN where nothing can be drawn. */
  readonly heightOf: (loss: number) => number;
  /** The axis of so many rows, 2 or more, that holds every finite height, with a tick on round values. */
  readonly fit: (heights: readonly number[], rows: number) => FittedAxis;
};

export const lossAxisNames = ['log', 'linear'] as const;
export type LossAxisName = (typeof lossAxisNames)[number];

/** Decades below which a loss of zero is drawn. */
const leastLogLoss = -12;

/** Least and greatest of the finite values; null where there is none. */
const rangeOf = (values: readonly number[]): Scale | null => {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return null;
  return finite.reduce<Scale>(
    ({ low, high }, value) => ({ low: Math.min(low, value), high: Math.max(high, value) }),
    { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY },
  );
};

/** Decades between ticks that an axis chooses from. */
const decadeSteps: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 50, 100, 200];
/** Decades below which an axis has ticks at 1, 2 and 5, and the fewest that it spans. */
const fewDecades = 1.3;
const leastDecades = 0.2;
/** How much wider an axis of decades with only two ticks counts: `fitClosely` has more. */
const fewDecadesFactor = 1.5;
/** Parts of a decade that such an axis moves by. */
const scaleSteps = 20;

/** Heights are decades. */
const log: LossAxis = {
  heightOf: (loss) =>
    loss > 0 ? Math.max(leastLogLoss, Math.log10(loss)) : loss === 0 ? leastLogLoss : Number.NaN,
  fit: (heights, rows) => {
    const range = rangeOf(heights) ?? { low: -1, high: 0 };
    const span = range.high - range.low;
    if (span < fewDecades) return fitWithinDecade(range, rows);
    // Two ticks further apart would leave too many rows empty.
    const steps = decadeSteps.filter((step) => step <= 1.5 * span);
    const even = tickedScale(range, rows, steps, fewDecadesFactor);
    if (even && isFilled(even.scale, range)) return { scale: even.scale, ticks: even.ticks.map(decadeTick) };
    return fitClosely(range, rows) ?? fitWithinDecade(range, rows);
  },
};

const decadeTick = (value: number): Tick => ({ value, label: `1e${Math.round(value)}` });

/** Moves of an axis that fits closely, in shares of its range: it stands still for a while. */
const closeMoves = 10;

/** Rows between two ticks from which one more or less between two others does not show. */
const leastUnequal = 2;

/** The axis of several decades in few rows: each tick on the row nearest to it, the first and the last decade at least; null where these are one. */
const fitClosely = (range: Scale, rows: number): FittedAxis | null => {
  const grid = roundUp((range.high - range.low) / closeMoves / 2);
  const scale = { low: Math.floor(range.low / grid) * grid, high: Math.ceil(range.high / grid) * grid };
  for (const step of decadeSteps) {
    const ticks = multiplesOf(step, scale.low, scale.high);
    const taken = ticks.map((value) => rowOf(value, scale, rows));
    const gaps = taken.slice(1).map((row, at) => taken[at] - row);
    const [least, most] = [Math.min(...gaps), Math.max(...gaps)];
    if (gaps.length > 0 && least > 0 && (least === most || least >= leastUnequal))
      return { scale, ticks: ticks.map(decadeTick) };
  }
  const [lowest, highest] = [Math.ceil(scale.low), Math.floor(scale.high)];
  if (rowOf(lowest, scale, rows) === rowOf(highest, scale, rows)) return null;
  return { scale, ticks: [lowest, highest].map(decadeTick) };
};

/** The axis of a range within a decade or so, with ticks at 1, 2 and 5, or closer where it is narrower than that. */
const fitWithinDecade = (range: Scale, rows: number): FittedAxis => {
  const missing = Math.max(0, leastDecades - (range.high - range.low)) / 2;
  const scale = {
    low: Math.floor((range.low - missing) * scaleSteps) / scaleSteps,
    high: Math.ceil((range.high + missing) * scaleSteps) / scaleSteps,
  };
  const [low, high] = [10 ** scale.low, 10 ** scale.high];
  const decade = 10 ** Math.floor(scale.low);
  const coarse = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map((digit) => digit * decade);
  const within = coarse.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  const values = within.length >= 3 ? within : multiplesOf(roundUp((high - low) / 6), low, high);
  const ticks = values.map((value) => ({ value: Math.log10(value), label: shortNumber(value) }));
  return { scale, ticks: onRowsOfTheirOwn(ticks, scale, rows) };
};

/** Ticks that share no row; the ends of the scale where fewer than two are left. */
const onRowsOfTheirOwn = (ticks: readonly Tick[], scale: Scale, rows: number): readonly Tick[] => {
  const kept: Tick[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (!before || rowOf(tick.value, scale, rows) < rowOf(before.value, scale, rows)) kept.push(tick);
  }
  if (kept.length >= 2) return kept;
  return [scale.low, scale.high].map((value) => ({ value, label: shortNumber(10 ** value) }));
};

/** Two digits at most, one where two take more columns than a label has. */
const shortNumber = (value: number): string => {
  if (value === 0 || (value >= 1e-2 && value < 1e4)) return String(Number(value.toPrecision(2)));
  const [two, one] = [1, 0].map((digits) => String(Number(value.toExponential(digits)).toExponential()));
  const short = (text: string): string => text.replace('+', '');
  return short(two).length < valueAxisWidth ? short(two) : short(one);
};

/** From zero to a round number. */
const linear: LossAxis = {
  heightOf: (loss) => (Number.isFinite(loss) ? loss : Number.NaN),
  fit: (heights, rows) => {
    const most = Math.max(10 ** leastLogLoss, rangeOf(heights)?.high ?? 1);
    const finest = roundUp(most / rows);
    const steps = [finest, roundUp(1.5 * finest), roundUp(3 * finest), 10 * finest];
    const { scale, ticks } = tickedScale({ low: 0, high: most }, rows, steps) ?? {
      scale: { low: 0, high: Math.max(most, roundUp(most)) },
      ticks: [0, roundUp(most)],
    };
    const labelled = ticks.map((value) => ({ value, label: shortNumber(value) }));
    return { scale, ticks: labelled.filter(({ label }) => label.length < valueAxisWidth) };
  },
};

export const lossAxes: Readonly<Record<LossAxisName, LossAxis>> = { log, linear };
