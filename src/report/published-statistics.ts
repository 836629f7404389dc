import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { completeExperiment, draftExperiment, type Experiment } from '../experiment/index.js';

/** Correlation above which the published statistics call a teacher node recovered. */
export const publishedThreshold = 0.95;

/** Success over the seeds of the published code after an epoch. */
export type PublishedEpoch = {
  /** Share of seeds in which each teacher node, strong to weak, is recovered. */
  readonly successRates: readonly number[];
  readonly log10LossMean: number;
  /** Sample standard deviation. */
  readonly log10LossDeviation: number;
};

/** One row: a teacher and an over-realization. */
export type PublishedRow = {
  readonly experiment: Experiment;
  readonly seeds: number;
  readonly epochs: ReadonlyMap<number, PublishedEpoch>;
};

export type PublishedStatistics = readonly PublishedRow[];

const epochSchema = z.object({
  success_rate: z.array(z.number()),
  log10_eval_loss_mean: z.number(),
  log10_eval_loss_std: z.number(),
});
const rowSchema = z.object({
  m: z.int().min(1),
  multi: z.number(),
  teacher_strength_decay: z.number(),
  seeds: z.int().min(1),
  epochs: z.record(z.string(), epochSchema),
});
const schema = z.object({ common: z.record(z.string(), z.unknown()), rows: z.array(rowSchema) });

/** Beside the package's src and dist alike. */
const path = fileURLToPath(new URL('../../presets/published/statistics.json', import.meta.url));

/**
 * Reads the recorded statistics of the published code, which ship with the package, under its own names of settings.
 * Errors: zod's, since the file is ours.
 */
export const readPublishedStatistics = (): PublishedStatistics => {
  const { common, rows } = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  return rows.map(({ seeds, epochs, ...settings }) => ({
    experiment: completeExperiment(draftExperiment({ ...common, ...settings }, path)),
    seeds,
    epochs: new Map(
      Object.entries(epochs).map(([epoch, recorded]) => [
        Number(epoch),
        {
          successRates: recorded.success_rate,
          log10LossMean: recorded.log10_eval_loss_mean,
          log10LossDeviation: recorded.log10_eval_loss_std,
        },
      ]),
    ),
  }));
};
