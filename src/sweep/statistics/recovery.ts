import { hiddenShapes } from '../../experiment/index.js';
import { isSpecialized } from '../../net/index.js';
import type { SweepResult } from '../result.js';

/** Share of the teacher nodes of all runs that have not been recovered up to an epoch. */
export type RecoveryPoint = { readonly epoch: number; readonly unrecovered: number };

/**
 * Of a hidden layer by run, the epoch after which each teacher node was first measured above the threshold; Infinity where it never was, and
 * of all nodes of a run that diverged. Epochs in between were not measured: a node may have been recovered earlier.
 */
export const recoveryEpochs = (
  results: readonly SweepResult[],
  threshold: number,
  layer: number,
): number[][] =>
  results
    .filter(({ status }) => status !== 'failed')
    .map(({ experiment, status, epochs }) =>
      Array.from({ length: hiddenShapes(experiment)[layer].teachers }, (_, teacher) => {
        if (status === 'diverged') return Number.POSITIVE_INFINITY;
        const first = epochs.find(({ bestMatchOfTeacher: best }) =>
          isSpecialized(best?.[layer][teacher] ?? Number.NaN, threshold),
        );
        return first?.epoch ?? Number.POSITIVE_INFINITY;
      }),
    );

/** The survival curve of unrecovered teacher nodes: 1 at epoch 0 unless some are recovered there, then its steps to `end`. */
export const recoveryCurve = (epochs: readonly (readonly number[])[], end: number): RecoveryPoint[] => {
  const all = epochs.flat();
  const steps = [...new Set([0, ...all.filter(Number.isFinite), end])].sort((a, b) => a - b);
  return steps.map((epoch) => ({
    epoch,
    unrecovered: all.filter((first) => first > epoch).length / all.length,
  }));
};

/** The least of these that half of them do not exceed; NaN of none. */
export const lowerMedian = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? Number.NaN;

/** The epoch by which half of the runs have recovered each teacher node; Infinity where fewer ever do. */
export const medianRecovery = (epochs: readonly (readonly number[])[]): number[] =>
  (epochs[0] ?? []).map((_, teacher) => lowerMedian(epochs.map((run) => run[teacher])));
