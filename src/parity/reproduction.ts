import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { createEngine, type EngineChoice } from '../engine/index.js';
import { completeExperiment, draftExperiment, type Experiment } from '../experiment/index.js';
import { bestMatchOfTeacher } from '../net/index.js';
import { prepareRun } from '../problem/index.js';

/** Correlation above which the statistics call a teacher node recovered. */
const recoveryThreshold = 0.95;

/** Success over seeds at one epoch. */
export type EpochStatistics = {
  /** Share of seeds in which each teacher node, strong to weak, is recovered. */
  readonly successRate: readonly number[];
  /** Mean over seeds of each teacher node's best correlation. */
  readonly meanBestCorrelation: readonly number[];
  readonly log10LossMean: number;
  /** Sample standard deviation. */
  readonly log10LossDeviation: number;
};

/** One row of the reference's statistics: a teacher and an over-realization. */
export type ReferenceRow = {
  readonly m: number;
  readonly multi: number;
  readonly strengthDecay: number;
  readonly epochs: ReadonlyMap<number, EpochStatistics>;
};

/** The reference's statistics, and the settings that all their runs share, under the reference's names. */
export type ReferenceStatistics = {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly rows: readonly ReferenceRow[];
};

const epochSchema = z
  .object({
    success_rate: z.array(z.number()),
    mean_best_corr: z.array(z.number()),
    log10_eval_loss_mean: z.number(),
    log10_eval_loss_std: z.number(),
  })
  .transform(
    (epoch): EpochStatistics => ({
      successRate: epoch.success_rate,
      meanBestCorrelation: epoch.mean_best_corr,
      log10LossMean: epoch.log10_eval_loss_mean,
      log10LossDeviation: epoch.log10_eval_loss_std,
    }),
  );
const rowSchema = z.object({
  m: z.int().min(1),
  multi: z.number(),
  teacher_strength_decay: z.number(),
  epochs: z.record(z.string(), epochSchema),
});
const statisticsSchema = z.object({ common: z.record(z.string(), z.unknown()), rows: z.array(rowSchema) });

/** Reads the recorded statistics. Errors: zod's, since the file is ours. */
export const readStatistics = (path: string): ReferenceStatistics => {
  const { common, rows } = statisticsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return {
    settings: common,
    rows: rows.map(({ m, multi, teacher_strength_decay, epochs }) => ({
      m,
      multi,
      strengthDecay: teacher_strength_decay,
      epochs: new Map(Object.entries(epochs).map(([epoch, statistics]) => [Number(epoch), statistics])),
    })),
  };
};

/** The experiment of one seed of a row. */
export const rowExperiment = (
  settings: ReferenceStatistics['settings'],
  { m, multi, strengthDecay }: ReferenceRow,
  seed: number,
): Experiment =>
  completeExperiment(draftExperiment({ ...settings, m, multi, strengthDecay, seed }, 'statistics'));

/** What one seed shows at one epoch, on the evaluation set. */
export type SeedOutcome = { readonly bestCorrelation: readonly number[]; readonly loss: number };

/** Trains one seed and measures it after each of these epochs, in rising order. */
export const runSeed = async (
  experiment: Experiment,
  epochs: readonly number[],
  choice: EngineChoice,
): Promise<SeedOutcome[]> => {
  const engine = await createEngine(prepareRun(experiment).problem, choice);
  try {
    return epochs.map((epoch, i) => {
      engine.train((epoch - (epochs[i - 1] ?? 0)) * experiment.stepsPerEpoch);
      const { loss, layers } = engine.evaluate('eval');
      const [{ teachers, students, correlation }] = layers;
      const best = bestMatchOfTeacher({ rows: teachers, columns: students, data: correlation });
      return { loss, bestCorrelation: Array.from(best.correlation) };
    });
  } finally {
    engine.dispose();
  }
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const standardDeviation = (values: readonly number[]): number =>
  Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / Math.max(1, values.length - 1),
  );

/** The statistics of these seeds at one epoch. */
export const summarizeSeeds = (outcomes: readonly SeedOutcome[]): EpochStatistics => {
  const perTeacher = (of: (correlation: number) => number): number[] =>
    outcomes[0].bestCorrelation.map((_, j) =>
      mean(outcomes.map(({ bestCorrelation }) => of(bestCorrelation[j]))),
    );
  const logLosses = outcomes.map(({ loss }) => Math.log10(loss));
  return {
    successRate: perTeacher((correlation) => (correlation > recoveryThreshold ? 1 : 0)),
    meanBestCorrelation: perTeacher((correlation) => correlation),
    log10LossMean: mean(logLosses),
    log10LossDeviation: standardDeviation(logLosses),
  };
};
