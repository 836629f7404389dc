import { basename } from 'node:path';
import * as z from 'zod';
import {
  experimentJsonSchema,
  largestFileBytes,
  oneLine,
  ShippedFiles,
  showsField,
} from '../experiment/index.js';
import { fileJsonSchema, later, readUserJson, refuseIssue, schemaReference } from '../input/index.js';
import { usualCriteria } from './statistics/success-criteria.js';

const schema = later(() => {
  const setting = z.string().regex(/^\w{1,40}$/);
  const value = z.union([z.number(), z.boolean(), z.string().max(100)]);
  const count = z.int().min(1);
  const seed = z.int().min(0).max(0xffff_ffff);
  return z.strictObject({
    $schema: schemaReference,
    title: oneLine.max(60).describe('what lists and reports call it'),
    shows: showsField,
    base: z
      .string()
      .min(1)
      .max(300)
      .nullable()
      .default(null)
      .describe('a preset, by name or file, whose settings all runs share'),
    experiment: z
      .record(setting, z.unknown())
      .default({})
      .describe('settings of all runs, in place of those of base'),
    grid: z
      .record(setting, z.array(value).min(1).max(100))
      .meta({ allowed: 'an object of settings, each with a list of 1 to 100 numbers, words, true or false' })
      .describe('settings in which the cells differ, each with its values'),
    seeds: z
      .union([
        z.strictObject({ first: seed.default(1), count: count.max(10_000) }),
        z
          .array(seed)
          .min(1)
          .max(10_000)
          .refine((seeds) => new Set(seeds).size === seeds.length),
      ])
      .meta({ allowed: '{"first": 1, "count": 8}, 1 to 10000 seeds in a row, or a list of different ones' })
      .describe('the seeds of every cell'),
    threshold: z
      .number()
      .gt(0)
      .lt(1)
      .default(usualCriteria.threshold)
      .describe('correlation above which a teacher node is specialized'),
    earlyEpoch: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(usualCriteria.earlyEpoch)
      .describe('epoch of the early success rates'),
    curveSamples: count.max(1_000_000).default(1000).describe('evaluation samples of the loss curves'),
    // Without a default: a manifest written before it was known stays equal to its file.
    measureAt: z
      .array(z.int().min(0).max(1_000_000))
      .max(1000)
      .optional()
      .describe('epochs at which best matches are measured too'),
    stopWhenAllSpecializedFor: count
      .max(1_000_000)
      .nullable()
      .default(null)
      .describe('a run ends early when all teacher nodes have been specialized for so many measured epochs'),
  });
});

/**
 * A grid of experiments over seeds, as its file says.
 *
 * `base` (a preset) and `experiment` (settings in its place) are what all runs share, `grid` what they differ in.
 * Success is counted at `threshold` after `earlyEpoch` and the last epoch; loss curves use the first `curveSamples`
 * evaluation samples. Best matches are measured at `measureAt` too, beside the epochs of `measuredEpochs`. A run stops early when all teacher nodes have been specialized for that many measured epochs.
 */
export type SweepFile = Readonly<Omit<z.output<typeof schema>, '$schema'>>;

/** JSON Schema of a sweep file. */
export const sweepJsonSchema = (): object =>
  fileJsonSchema('A sweep of teachtop', schema.unwrap(), { experiment: experimentJsonSchema() });

/** The seeds of every cell. */
export const seedsOf = ({ seeds }: SweepFile): readonly number[] =>
  'count' in seeds ? Array.from({ length: seeds.count }, (_, k) => seeds.first + k) : seeds;

/** A sweep, and what to call it. */
export type Sweep = { readonly name: string; readonly origin: string; readonly file: SweepFile };

/** Checks what a sweep's file holds. Errors: UserError naming `origin` and the key. */
export const parseSweepFile = (content: unknown, origin: string): SweepFile => {
  const parsed = schema.safeParse(content);
  if (!parsed.success)
    throw refuseIssue(parsed.error.issues[0], content, schema.unwrap().shape, () => origin);
  const { $schema, ...file } = parsed.data;
  return file;
};

const shipped = new ShippedFiles<Sweep>({
  noun: 'sweep',
  folder: 'presets/sweeps',
  read: (path, name) => ({
    name: name ?? basename(path, '.json'),
    origin: path,
    file: parseSweepFile(readUserJson(path, largestFileBytes), path),
  }),
});

/** The shipped sweeps by name. */
export const listSweeps = (): Sweep[] => shipped.list();

/** A shipped sweep by name, or any sweep file by path. Errors: UserError naming the file and the key. */
export const loadSweep = (nameOrPath: string): Sweep => shipped.load(nameOrPath);
