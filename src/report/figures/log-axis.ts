import * as Plot from '@observablehq/plot';

const isPositive = (value: number): boolean => value > 0 && Number.isFinite(value);

const between =
  (least: number, most: number) =>
  (value: number): boolean =>
    value >= least && value <= most;

/** Every power of ten from one exponent to another, times each of these. */
const decades = (from: number, to: number, times: readonly number[]): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at).flatMap((exponent) =>
    times.map((factor) => Number(`${factor}e${exponent}`)),
  );

/** Three or so even steps, round in their first digit. */
const evenSteps = (least: number, most: number): number[] => {
  const rough = (most - least) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(6)),
  );
};

/**
 * Ticks of a log axis over values, of which those that are not above 0 have no place: powers of ten, at most so many; over
 * less than two of them their double and fivefold too, and over still less even steps.
 */
export const logTicks = (values: readonly number[], most: number): number[] => {
  const shown = values.filter(isPositive);
  if (shown.length === 0) return [];
  const low = shown.reduce((a, b) => Math.min(a, b));
  const high = shown.reduce((a, b) => Math.max(a, b));
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const tens = decades(from, to, [1]).filter(between(low, high));
  if (tens.length >= 2) {
    const every = Math.ceil(tens.length / most);
    return tens.filter((_, at) => at % every === 0);
  }
  const finer = decades(from, to, [1, 2, 5]).filter(between(low, high));
  if (finer.length >= 2 || low === high) return finer.length > 0 ? finer : [low];
  return evenSteps(low, high);
};

/** The axis with these ticks, "1e-3" and "2.5e+0", each with its number: the library leaves out those of log scales that it likes less. */
export const logAxis = (ticks: readonly number[], label: string | null = null): Plot.Markish =>
  Plot.axisY([...ticks], {
    text: (value: number) => value.toExponential(),
    ...{ label, labelAnchor: 'center', labelArrow: 'none' },
  });
