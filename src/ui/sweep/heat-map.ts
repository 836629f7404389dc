import {
  type CellProgress,
  type CellQuantity,
  type CellQuantityName,
  type CellStatistics,
  cellQuantities,
} from '../../sweep/index.js';

/** How cells are laid out as a map: a number of each, one setting of the grid across and one down. */
export type MapView = {
  readonly quantity: CellQuantityName;
  /** Null where the grid varies nothing, or one setting only. */
  readonly across: string | null;
  readonly down: string | null;
};

type Value = CellProgress['cell'][string];

/** A place of the map: the cell of its settings, and its number. */
export type MapPlace = {
  readonly cell: number;
  readonly value: number;
  /** How good that is among the cells of the map, 0 to 1; NaN where there is no number. */
  readonly goodness: number;
};

export type HeatMap = {
  readonly quantity: CellQuantity;
  readonly across: readonly Value[];
  readonly down: readonly Value[];
  /** Settings that all cells of the map share. */
  readonly fixed: readonly (readonly [name: string, value: Value])[];
  /** [down][across] */
  readonly places: readonly (readonly MapPlace[])[];
};

const names = (cells: readonly CellProgress[]): string[] => Object.keys(cells[0].cell);

/** The last setting of the grid across, the one before it down. */
export const firstMap = (cells: readonly CellProgress[]): MapView => {
  const [across = null, down = null] = names(cells).toReversed();
  return { quantity: 'recovered', across, down };
};

const after = <T>(list: readonly T[], item: T): T => list[(list.indexOf(item) + 1) % list.length];

/** What each key makes of the view. */
export const mapActions = {
  quantity: (view: MapView): MapView => {
    const all = Object.keys(cellQuantities) as CellQuantityName[];
    return { ...view, quantity: after(all, view.quantity) };
  },
  across: (view: MapView, cells: readonly CellProgress[]): MapView => {
    const { across, down } = view;
    if (across === null || down === null) return view;
    const next = after(names(cells), across);
    return { ...view, across: next, down: next === down ? across : down };
  },
  down: (view: MapView, cells: readonly CellProgress[]): MapView => {
    const { across, down } = view;
    if (across === null || down === null) return view;
    const next = after(names(cells), down);
    return { ...view, down: next, across: next === across ? down : across };
  },
} satisfies Record<string, (view: MapView, cells: readonly CellProgress[]) => MapView>;

export type MapAction = keyof typeof mapActions;

const distinct = (values: readonly Value[]): Value[] => [...new Set(values)];

/** Goodness of each value between the worst and the best; what was never reached is the worst. */
const goodnessIn = (values: readonly number[], { better, range }: CellQuantity) => {
  const finite = values.filter(Number.isFinite);
  const [low, high] = range ?? [Math.min(...finite), Math.max(...finite)];
  return (value: number): number => {
    if (Number.isNaN(value)) return Number.NaN;
    if (value === Number.POSITIVE_INFINITY) return better === 'lower' ? 0 : 1;
    const share = high > low ? (value - low) / (high - low) : 1;
    return better === 'higher' ? share : high > low ? 1 - share : 1;
  };
};

/** The map through the chosen cell: cells that differ from it in the two settings only. */
export const heatMapOf = (
  cells: readonly CellProgress[],
  statistics: readonly (CellStatistics | null)[],
  chosen: number,
  { view, layer }: { readonly view: MapView; readonly layer: number },
): HeatMap => {
  const quantity: CellQuantity = cellQuantities[view.quantity];
  const axes = [view.across, view.down].filter((name) => name !== null);
  const fixed = Object.entries(cells[chosen].cell).filter(([name]) => !axes.includes(name));
  const shown = [...cells.keys()].filter((at) =>
    fixed.every(([name, value]) => cells[at].cell[name] === value),
  );
  const valuesOf = (name: string | null): Value[] =>
    name === null ? [''] : distinct(shown.map((at) => cells[at].cell[name]));
  const numberOf = (at: number): number => {
    const of = statistics[at];
    return of === null ? Number.NaN : quantity.of(of, layer);
  };
  const goodness = goodnessIn(shown.map(numberOf), quantity);
  const [across, down] = [valuesOf(view.across), valuesOf(view.down)];
  const isAt = (at: number, name: string | null, value: Value): boolean =>
    name === null || cells[at].cell[name] === value;
  const places = down.map((low) =>
    across.flatMap((right): MapPlace[] =>
      shown
        .filter((at) => isAt(at, view.across, right) && isAt(at, view.down, low))
        .map((at) => ({ cell: at, value: numberOf(at), goodness: goodness(numberOf(at)) })),
    ),
  );
  return { quantity, across, down, fixed, places };
};
