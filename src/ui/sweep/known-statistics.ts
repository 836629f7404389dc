import { type CellStatistics, cellStatistics, type SweepFile, type SweepResult } from '../../sweep/index.js';

/** Statistics of cells, computed again for those that have other results than before. */
export class KnownStatistics {
  readonly #results: (readonly SweepResult[])[];
  readonly #statistics: (CellStatistics | null)[];

  constructor(cells: number) {
    this.#results = new Array(cells).fill([]);
    this.#statistics = new Array(cells).fill(null);
  }

  of(cell: number, results: readonly SweepResult[], criteria: SweepFile): CellStatistics | null {
    const before = this.#results[cell];
    if (before.length !== results.length || results.some((result, at) => result !== before[at])) {
      this.#results[cell] = results;
      this.#statistics[cell] = cellStatistics(results, criteria);
    }
    return this.#statistics[cell];
  }
}
