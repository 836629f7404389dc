import type { CellStatistics, SuccessRates } from './cell-statistics.js';

/** One number of a cell, by which cells are compared. */
export type CellQuantity = {
  readonly label: string;
  readonly better: 'higher' | 'lower';
  /** Digits after the point. */
  readonly digits: number;
  /** The values of the best and the worst cell where these do not depend on the cells. */
  readonly range: readonly [low: number, high: number] | null;
  /** Of a hidden layer; NaN where there is none. */
  readonly of: (statistics: CellStatistics, layer: number) => number;
};

/** Mean over a layer's teacher nodes of the share of seeds that recover them; NaN where nothing was measured. */
export const recoveredShare = (success: SuccessRates | null): number =>
  success === null
    ? Number.NaN
    : success.rates.reduce((sum, { share }) => sum + share, 0) / success.rates.length;

const share = { better: 'higher', digits: 2, range: [0, 1] } as const;

export const cellQuantities = {
  recovered: {
    ...share,
    label: 'nodes recovered at the end',
    of: ({ layers }, layer) => recoveredShare(layers[layer]?.last ?? null),
  },
  early: {
    ...share,
    label: 'nodes recovered early',
    of: ({ layers }, layer) => recoveredShare(layers[layer]?.early ?? null),
  },
  loss: {
    label: 'log10 evaluation loss',
    better: 'lower',
    digits: 2,
    range: null,
    of: ({ lossCurve }) => lossCurve.at(-1)?.mean ?? Number.NaN,
  },
  recovery: {
    label: 'epochs to recover half the nodes',
    better: 'lower',
    digits: 0,
    range: null,
    of: ({ layers }, layer) => layers[layer]?.recoveryEpoch ?? Number.NaN,
  },
} as const satisfies Readonly<Record<string, CellQuantity>>;

export type CellQuantityName = keyof typeof cellQuantities;
