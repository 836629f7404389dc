import { type HiddenShape, hiddenShapes } from '../experiment/index.js';
import {
  type CellStatistics,
  cellStatistics,
  type LayerStatistics,
  type SuccessCriteria,
} from '../sweep/index.js';
import type { PooledCell, PooledGroup } from './pool-sweeps.js';

/** A cell and what is said of it. */
export type CellSummary = CellStatistics & { readonly cell: PooledCell };

/** A group with the statistics of its cells: what the figures and tables of a sweep are made from. */
export type SummarizedGroup = {
  readonly group: PooledGroup;
  readonly summaries: readonly CellSummary[];
  readonly threshold: number;
  /** The hidden layer that this is about; null where it is about all, or there is one. */
  readonly layer: number | null;
};

/** A cell and what is said of one of its hidden layers. */
export type LayerSummary = CellSummary & LayerStatistics;

/** A group and one hidden layer of its students, counted from 0, the lowest. */
export type SummarizedLayer = Omit<SummarizedGroup, 'summaries'> & {
  readonly summaries: readonly LayerSummary[];
  readonly shape: HiddenShape;
};

export const summarizeGroup = (group: PooledGroup, criteria: SuccessCriteria): SummarizedGroup => ({
  group,
  summaries: group.cells.map((cell) => ({ cell, ...cellStatistics(cell.results, criteria) })),
  threshold: criteria.threshold,
  layer: null,
});

/** Every hidden layer of a group, lowest first. */
export const layersOf = (of: SummarizedGroup): SummarizedLayer[] => {
  const shapes = hiddenShapes(of.group.cells[0].experiment);
  return shapes.map((shape, layer) => ({
    ...of,
    summaries: of.summaries.map((summary) => ({ ...summary, ...summary.layers[layer] })),
    layer: shapes.length === 1 ? null : layer,
    shape,
  }));
};
