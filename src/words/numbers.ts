/** 12,345; a dash where it is not known. */
export const grouped = (value: number): string =>
  Number.isFinite(value) ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',') : '-';

/** A setting as it was given; a dash where a log does not say. */
export const asGiven = (value: number): string => (Number.isNaN(value) ? '-' : String(value));

/** Three digits and a unit: 950, 12.3k, 4.56M. */
export const compact = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  if (value < 999.5) return String(Math.round(value));
  const unit = value < 999_500 ? 'k' : value < 999_500_000 ? 'M' : 'G';
  const scaled = value / { k: 1e3, M: 1e6, G: 1e9 }[unit];
  const digits = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return scaled.toFixed(digits) + unit;
};

/**
 * A step where it stands in a column, on an axis or in a badge, in six columns: 950, 20k, 12.3k, 1.25M. In sentences, and
 * where the run is, steps are `grouped`.
 */
export const shortStep = (step: number): string =>
  compact(step)
    .replace(/(\.\d*?)0+(?=[kMG])/, '$1')
    .replace(/\.(?=[kMG])/, '');

/** 1.23e-3, in seven columns up to 1e-99; NaN is said in words. */
export const loss = (value: number): string =>
  Number.isFinite(value) ? value.toExponential(2) : 'not finite';

/** 0.01, 5e-4, 1.25e-3: the shorter way to write it. */
export const rate = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  const exponential = value
    .toExponential(3)
    .replace(/\.?0+e/, 'e')
    .replace('e+', 'e');
  const fixed = String(Number(value.toPrecision(4)));
  return fixed.length <= exponential.length ? fixed : exponential;
};

/** 0:07, 12:34, 1:02:03. */
export const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
};

/** Correlation in five columns: 0.997, -.123 where it is negative. */
export const correlation = (value: number): string =>
  Number.isFinite(value) ? value.toFixed(3).replace('-0.', '-.') : '  -  ';

/** A correlation less another, with its sign: +0.012; one that rounds to nothing has none of its own. */
export const correlationDifference = (by: number): string =>
  Number.isFinite(by) ? `${by <= -0.0005 ? '-' : '+'}${Math.abs(by).toFixed(3)}` : '-';

/**
 * A correlation beside a threshold, rounded so that it does not contradict the verdict: above the threshold only where
 * it is above, and at it only where it is the same.
 */
export const judged = (value: number, threshold: number): string => {
  const unit = 1e-3;
  const rounded = Number(value.toFixed(3));
  if (value > threshold && rounded <= threshold) return correlation(rounded + unit);
  return value < threshold && rounded >= threshold ? correlation(rounded - unit) : correlation(value);
};

/** Whole epochs as such, others with one decimal. */
export const epochs = (value: number): string =>
  Number.isInteger(value) || !Number.isFinite(value) ? grouped(value) : value.toFixed(1);

/** Duration by its two largest units: 42s, 3m05s, 1h20m. */
export const durationWithUnits = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${two(whole % 60)}s`;
  return `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
};

/** How long ago, by the largest unit: 42s, 5m, 3h, 12d. */
export const age = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m`;
  return whole < 48 * 3600 ? `${Math.floor(whole / 3600)}h` : `${Math.floor(whole / 86_400)}d`;
};
