import type { Scale } from './chart.js';
import { type Tick, valueAxisWidth } from './chart-axes.js';

/** How losses become heights: what is drawn of a value, the scale that holds all of them, and its ticks. */
export type LossAxis = {
  /** NaN where nothing can be drawn. */
  readonly heightOf: (loss: number) => number;
  /** Round limits that hold everything finite, so that they move rarely. */
  readonly scaleOf: (values: readonly number[]) => Scale;
  /** Thinned to the rows there are. */
  readonly ticksOf: (scale: Scale, rows: number) => Tick[];
};

export const lossAxisNames = ['log', 'linear'] as const;
export type LossAxisName = (typeof lossAxisNames)[number];

/** Decades below which a loss of zero is drawn. */
const leastLogLoss = -12;

const shortExponent = (value: number): string => value.toExponential(0).replace('+', '');

/** Heights are decades. Whole decades limit the scale where there are many of them. */
const log: LossAxis = {
  heightOf: (loss) =>
    loss > 0 ? Math.max(leastLogLoss, Math.log10(loss)) : loss === 0 ? leastLogLoss : Number.NaN,
  scaleOf: (values) => {
    const finite = values.filter(Number.isFinite);
    if (finite.length === 0) return { low: -1, high: 0 };
    const least = Math.min(...finite);
    const most = Math.max(...finite);
    const parts = most - least > 3 ? 1 : most - least > 1.5 ? 2 : 4;
    const low = Math.floor(least * parts) / parts;
    const high = Math.ceil(most * parts) / parts;
    return high - low >= 0.5 ? { low, high } : { low: low - 0.25, high: low + 0.5 };
  },
  ticksOf: ({ low, high }, rows) => {
    const every = Math.max(1, Math.ceil((3 * (high - low)) / Math.max(1, rows - 1)));
    const powers: Tick[] = [];
    for (let exponent = Math.ceil(low); exponent <= high; exponent++)
      if (exponent % every === 0) powers.push({ value: exponent, label: `1e${exponent}` });
    if (powers.length > 1) return powers;
    return [low, high].map((value) => ({ value, label: shortExponent(10 ** value) }));
  },
};

/** The smallest of 1, 2 and 5 times a power of ten that is not below a positive value. */
const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((digit) => digit * power >= value) ?? 10) * power;
};

/** Two digits at most. */
const shortNumber = (value: number): string =>
  value === 0 || (value >= 1e-3 && value < 1e4)
    ? String(Number(value.toPrecision(2)))
    : String(Number(value.toExponential(1)).toExponential()).replace('+', '');

/** From zero to a round number. */
const linear: LossAxis = {
  heightOf: (loss) => (Number.isFinite(loss) ? loss : Number.NaN),
  scaleOf: (values) => {
    const most = values.filter(Number.isFinite).reduce((a, b) => Math.max(a, b), 0);
    return { low: 0, high: most > 0 ? roundUp(Math.max(10 ** leastLogLoss, most)) : 1 };
  },
  ticksOf: ({ high }, rows) => {
    const values = rows < 5 ? [0, high] : [0, high / 2, high];
    const ticks = values.map((value) => ({ value, label: shortNumber(value) }));
    return ticks.filter(({ label }) => label.length < valueAxisWidth);
  },
};

export const lossAxes: Readonly<Record<LossAxisName, LossAxis>> = { log, linear };
