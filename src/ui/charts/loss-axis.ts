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
/** Decades below which an axis has ticks between them, and the fewest that it spans. */
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
    if (span >= fewDecades) {
      // Two ticks further apart would leave too many rows empty.
      const steps = decadeSteps.filter((step) => step <= 1.5 * span);
      const even = tickedScale(range, rows, steps, fewDecadesFactor);
      if (even && isFilled(even.scale, range))
        return { scale: even.scale, ticks: even.ticks.map(decadeTick) };
    }
    return fitClosely(range, rows);
  },
};

const decadeTick = (value: number): Tick => ({ value, label: `1e${Math.round(value)}` });

const numberTick = (value: number): Tick => ({ value, label: shortNumber(10 ** value) });

/** Moves of an axis that fits closely, in shares of its range: it stands still for a while. */
const closeMoves = 10;

/** The range, rounded outwards so that it does not move with every frame. */
const closeScale = ({ low, high }: Scale): Scale => {
  const missing = Math.max(0, leastDecades - (high - low)) / 2;
  const grid = high - low < fewDecades ? 1 / scaleSteps : roundUp((high - low) / closeMoves / 2);
  return {
    low: Math.floor((low - missing) / grid) * grid,
    high: Math.ceil((high + missing) / grid) * grid,
  };
};

/** A close scale, and those from its lower end on which some decades are a whole number of rows, as far as the range fills them. */
const scalesFrom = (close: Scale, range: Scale, rows: number): readonly Scale[] => {
  const span = close.high - close.low;
  const scales = [close];
  for (const step of decadeSteps.filter((each) => each <= Math.max(1, span)))
    for (let apart = Math.floor(((rows - 1) * step) / span); apart > 0; apart--) {
      const even = { low: close.low, high: close.low + ((rows - 1) * step) / apart };
      if (!isFilled(even, range)) break;
      scales.push(even);
    }
  return scales;
};

/** Round values of a scale that ticks may stand on, the most first: parts of a decade only where there are few. */
const tickSetsOf = ({ low, high }: Scale): readonly (readonly number[])[] => {
  const decades = decadeSteps.map((step) => multiplesOf(step, low, high)).filter(({ length }) => length > 1);
  if (high - low >= 2 * fewDecades) return decades;
  const digits = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, at) =>
    [1, 2, 5].map((digit) => Math.floor(low) + at + Math.log10(digit)),
  ).flat();
  const within = digits.filter((value) => value >= low - 1e-9 && value <= high + 1e-9);
  const [least, most] = [10 ** low, 10 ** high];
  const parts = multiplesOf(roundUp((most - least) / 6), least, most).map(Math.log10);
  return high - low < fewDecades ? [within, ...decades, parts] : [...decades, within];
};

/** How far the rows between two ticks may be from what they are by their values, as a share of that. */
const mostUneven = 0.2;

/** Whether rows between ticks tell how far apart these are: of equal ratios they are equal. Two ticks need rows of their own. */
const areEven = (ticks: readonly number[], scale: Scale, rows: number): boolean => {
  const gaps = ticks.slice(1).map((value, at) => ({
    shown: rowOf(ticks[at], scale, rows) - rowOf(value, scale, rows),
    exact: ((value - ticks[at]) / (scale.high - scale.low)) * (rows - 1),
  }));
  if (gaps.some(({ shown }) => shown === 0)) return false;
  return (
    gaps.length < 2 ||
    gaps.every(
      ({ shown, exact }) =>
        Math.abs(shown - exact) <= mostUneven * exact &&
        gaps.every((other) => Math.abs(other.exact - exact) > 1e-6 || other.shown === shown),
    )
  );
};

/** Decades of a range of several by their exponents, else values. */
const labelled = (ticks: readonly number[], range: Scale): readonly Tick[] => {
  const isOfDecades = ticks.every((value) => Math.abs(value - Math.round(value)) < 1e-9);
  return ticks.map(range.high - range.low >= fewDecades && isOfDecades ? decadeTick : numberTick);
};

/** The axis of few decades, or of few rows: three ticks or more where they can stand evenly, else two. */
const fitClosely = (range: Scale, rows: number): FittedAxis => {
  const close = closeScale(range);
  for (const scale of scalesFrom(close, range, rows))
    for (const ticks of tickSetsOf(scale))
      if (ticks.length >= 3 && areEven(ticks, scale, rows)) return { scale, ticks: labelled(ticks, range) };
  const ends = tickSetsOf(close)
    .map((ticks) => [ticks[0], ticks[ticks.length - 1]])
    .find((ticks) => areEven(ticks, close, rows));
  return { scale: close, ticks: labelled(ends ?? [close.low, close.high], range) };
};

/** Two digits at most, one where two take more columns than a label has. */
const shortNumber = (value: number): string => {
  if (value === 0 || (value >= 1e-2 && value < 1e4)) return String(Number(value.toPrecision(2)));
  const [two, one] = [1, 0].map((digits) => String(Number(value.toExponential(digits)).toExponential()));
  const short = (text: string): string => text.replace('+', '');
  return short(two).length < valueAxisWidth ? short(two) : short(one);
};

/** Zero and a round value near the upper end, which is as near to the greatest value. */
const fitFromZero = (most: number): { readonly scale: Scale; readonly ticks: readonly number[] } => {
  const grid = roundUp(most / scaleSteps);
  const high = Math.ceil(most / grid) * grid;
  return { scale: { low: 0, high }, ticks: [0, multiplesOf(roundUp(high / 4), 0, high).at(-1) ?? high] };
};

/** From zero on. */
const linear: LossAxis = {
  heightOf: (loss) => (Number.isFinite(loss) ? loss : Number.NaN),
  fit: (heights, rows) => {
    const most = Math.max(10 ** leastLogLoss, rangeOf(heights)?.high ?? 1);
    const finest = roundUp(most / rows);
    const steps = [finest, roundUp(1.5 * finest), roundUp(3 * finest), 10 * finest];
    const range = { low: 0, high: most };
    const even = tickedScale(range, rows, steps);
    const { scale, ticks } = even && isFilled(even.scale, range) ? even : fitFromZero(most);
    const all = ticks.map((value) => ({ value, label: shortNumber(value) }));
    return { scale, ticks: all.filter(({ label }) => label.length < valueAxisWidth) };
  },
};

export const lossAxes: Readonly<Record<LossAxisName, LossAxis>> = { log, linear };
