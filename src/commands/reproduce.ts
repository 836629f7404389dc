import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { EngineChoice } from '../engine/index.js';
import { UserError } from '../input/index.js';
import {
  type EpochStatistics,
  type ReferenceRow,
  type ReferenceStatistics,
  readStatistics,
  rowExperiment,
  type SeedOutcome,
  summarizeSeeds,
} from '../parity/index.js';
import type { SeedJob } from './reproduce-worker.js';

type ReproduceOptions = {
  readonly seeds: number;
  readonly workers: number;
  /** Keeps the rows with these; empty keeps all. */
  readonly multi: readonly number[];
  readonly decay: readonly number[];
  readonly epochs: readonly number[];
  readonly choice: EngineChoice;
};

const numbers = (text: string, option: string): number[] =>
  text.split(',').map((part) => {
    const value = Number(part);
    if (part.trim() === '' || !(value >= 0))
      throw new UserError(`--${option}: got "${part}", allowed: numbers separated by commas`);
    return value;
  });

const oneOf = <T extends string>(text: string, option: string, allowed: readonly T[]): T => {
  const found = allowed.find((value) => value === text);
  if (found === undefined)
    throw new UserError(`--${option}: got "${text}", allowed: ${allowed.join(' or ')}`);
  return found;
};

const wholeNumber = (text: string, option: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000)
    throw new UserError(`--${option}: got "${text}", allowed: a whole number from 1 to 1000`);
  return value;
};

const parseOptions = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '8' },
      workers: { type: 'string', default: String(availableParallelism()) },
      multi: { type: 'string' },
      decay: { type: 'string' },
      epochs: { type: 'string', default: '6,20,100' },
      engine: { type: 'string', default: 'wasm' },
      precision: { type: 'string', default: 'float64' },
      strict: { type: 'boolean', default: false },
    },
  }).values;

const readOptions = (args: readonly string[]): ReproduceOptions => {
  let values: ReturnType<typeof parseOptions>;
  try {
    values = parseOptions(args);
  } catch (error) {
    throw new UserError(`reproduce: ${error instanceof Error ? error.message : error}`);
  }
  return {
    seeds: wholeNumber(values.seeds, 'seeds'),
    workers: wholeNumber(values.workers, 'workers'),
    multi: values.multi === undefined ? [] : numbers(values.multi, 'multi'),
    decay: values.decay === undefined ? [] : numbers(values.decay, 'decay'),
    epochs: numbers(values.epochs, 'epochs').sort((a, b) => a - b),
    choice: {
      engine: oneOf(values.engine, 'engine', ['wasm', 'naive']),
      precision: oneOf(values.precision, 'precision', ['float32', 'float64']),
      strict: values.strict,
    },
  };
};

const selectRows = (
  { rows }: ReferenceStatistics,
  { multi, decay, epochs }: ReproduceOptions,
): ReferenceRow[] => {
  const kept = rows
    .filter((row) => multi.length === 0 || multi.includes(row.multi))
    .filter((row) => decay.length === 0 || decay.includes(row.strengthDecay))
    .sort((a, b) => a.strengthDecay - b.strengthDecay || a.multi - b.multi);
  const unknown = epochs.find((epoch) => rows.some((row) => !row.epochs.has(epoch)));
  if (unknown !== undefined)
    throw new UserError(`--epochs: got ${unknown}, allowed: ${[...rows[0].epochs.keys()].join(', ')}`);
  if (kept.length === 0) throw new UserError('--multi, --decay: got no row of the statistics');
  return kept;
};

/** Runs jobs on this many threads and hands each result over with its job, in the order in which they end. */
const runPool = async (
  jobs: readonly SeedJob[],
  threads: number,
  done: (job: SeedJob, outcomes: SeedOutcome[]) => void,
): Promise<void> => {
  const queue = jobs.values();
  const drain = async (): Promise<void> => {
    const worker = new Worker(new URL('./reproduce-worker.js', import.meta.url));
    try {
      for (const job of queue) {
        worker.postMessage(job);
        const [outcomes] = await once(worker, 'message');
        done(job, outcomes);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, drain));
};

const statisticsLine = (label: string, statistics: EpochStatistics): string => {
  const rates = statistics.successRate.map((rate) => rate.toFixed(2)).join(' ');
  const loss = statistics.log10LossMean.toFixed(2).padStart(6);
  return `  ${label.padEnd(16)}${rates}   ${loss} +- ${statistics.log10LossDeviation.toFixed(2)}`;
};

const rowLines = (
  row: ReferenceRow,
  epochs: readonly number[],
  seeds: readonly SeedOutcome[][],
): string[] => [
  `m=${row.m}, ${row.multi}x, p=${row.strengthDecay}`,
  ...epochs.flatMap((epoch, i) => {
    const reference = row.epochs.get(epoch);
    const ours = statisticsLine(`epoch ${epoch}`.padEnd(10), summarizeSeeds(seeds.map((seed) => seed[i])));
    return reference === undefined ? [ours] : [ours, statisticsLine('  reference', reference)];
  }),
];

/**
 * Runs the rows of the reference's statistics on this project's own seeds and prints, per epoch, the success
 * rate of each teacher node (strong to weak) and the mean and deviation of log10 evaluation loss beside the
 * reference's. Seeds differ, so distributions are to be compared, not runs. Errors: UserError for arguments.
 */
export const runReproduce = async (
  args: readonly string[],
  statisticsPath: string,
  out: (line: string) => void,
): Promise<void> => {
  const options = readOptions(args);
  const statistics = readStatistics(statisticsPath);
  const { choice, epochs } = options;
  const rows = selectRows(statistics, options);
  out(
    `${options.seeds} seeds a row, engine ${choice.engine} ${choice.precision}, ${options.workers} threads`,
  );
  out('share of seeds that recover each teacher node, strong to weak; then log10 evaluation loss');
  const started = performance.now();
  for (const row of rows) {
    const jobs = Array.from({ length: options.seeds }, (_, i) => ({
      experiment: rowExperiment(statistics.settings, row, i + 1),
      epochs,
      choice,
    }));
    const seeds: SeedOutcome[][] = [];
    await runPool(jobs, options.workers, (_, outcomes) => seeds.push(outcomes));
    for (const line of rowLines(row, epochs, seeds)) out(line);
  }
  out(`${((performance.now() - started) / 1000).toFixed(0)} s`);
};
