/** What counts as success over the seeds of a cell. */
export type SuccessCriteria = {
  /** Correlation above which a teacher node is recovered. */
  readonly threshold: number;
  /** Epoch of the early success rates; the last measured one up to it is taken. */
  readonly earlyEpoch: number;
};

/** Where nobody says otherwise. */
export const usualCriteria: SuccessCriteria = { threshold: 0.95, earlyEpoch: 5 };
