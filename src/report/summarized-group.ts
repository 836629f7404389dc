import { type CellStatistics, cellStatistics } from '../sweep/index.js';
import type { PooledCell, PooledGroup } from './pool-sweeps.js';

/** How a report reads sweeps and runs. */
export type ReportChoice = {
  /** Correlation above which a teacher node is recovered. */
  readonly threshold: number;
  /** Epoch of the early success rates; the last measured one up to it is taken. */
  readonly earlyEpoch: number;
};

/** A cell and what is said of it. */
export type CellSummary = CellStatistics & { readonly cell: PooledCell };

/** A group with the statistics of its cells: what the figures and tables of a sweep are made from. */
export type SummarizedGroup = {
  readonly group: PooledGroup;
  readonly summaries: readonly CellSummary[];
  readonly threshold: number;
};

export const summarizeGroup = (group: PooledGroup, choice: ReportChoice): SummarizedGroup => ({
  group,
  summaries: group.cells.map((cell) => ({ cell, ...cellStatistics(cell.results, choice) })),
  threshold: choice.threshold,
});
