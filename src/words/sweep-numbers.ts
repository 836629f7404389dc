import type { CellQuantity, Rate, Spread } from '../sweep/index.js';

/** The marks of a text: ASCII for a terminal, typographic for a page. */
export type Signs = { readonly minus: string; readonly plusMinus: string; readonly missing: string };

export const terminalSigns: Signs = { minus: '-', plusMinus: '+-', missing: '-' };
export const pageSigns: Signs = { minus: '−', plusMinus: '±', missing: '–' };

/** "1 seed", "8 seeds" */
export const seedCount = (seeds: number): string => `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`;

/** "-2.18", with the sign of a missing number for one that is not finite. */
export const fixedNumber = (value: number, digits: number, signs: Signs): string =>
  Number.isFinite(value) ? value.toFixed(digits).replace('-', signs.minus) : signs.missing;

/** "-2.18 +- 0.14": mean and deviation over seeds; one seed has no deviation, and the mean stands alone. */
export const spreadText = ({ mean, deviation }: Pick<Spread, 'mean' | 'deviation'>, signs: Signs): string => {
  const shown = fixedNumber(mean, 2, signs);
  return Number.isFinite(deviation) ? `${shown} ${signs.plusMinus} ${deviation.toFixed(2)}` : shown;
};

/** "0.75": the share of seeds. */
export const shareText = ({ share }: Pick<Rate, 'share'>, signs: Signs): string =>
  fixedNumber(share, 2, signs);

/** "0.75", "-2.18", "16": a number of a cell; "never" of what was not reached. */
export const quantityText = (
  value: number,
  { digits }: Pick<CellQuantity, 'digits'>,
  signs: Signs,
): string => (value === Number.POSITIVE_INFINITY ? 'never' : fixedNumber(value, digits, signs));

/** "0.75 [0.41, 0.93]": the share with its 95 % interval. */
export const intervalText = (rate: Rate, signs: Signs): string =>
  Number.isFinite(rate.share)
    ? `${shareText(rate, signs)} [${rate.low.toFixed(2)}, ${rate.high.toFixed(2)}]`
    : signs.missing;
