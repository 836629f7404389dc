import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { nearestName, readUserJson, refuseIssue, shown, UserError } from '../input/index.js';
import { packageFile } from '../package/index.js';

const line = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
const setting = z.string().regex(/^\w{1,40}$/);
const value = z.union([z.number(), z.boolean(), z.string().max(100)]);
const count = z.int().min(1);
const seed = z.int().min(0).max(0xffff_ffff);

const fields = {
  title: line.max(60),
  shows: line,
  base: z.string().min(1).max(300).nullable().default(null),
  experiment: z.record(setting, z.json()).default({}),
  grid: z
    .record(setting, z.array(value).min(1).max(100))
    .meta({ allowed: 'an object of settings, each with a list of 1 to 100 numbers, words, true or false' }),
  seeds: z
    .union([
      z.strictObject({ first: seed.default(1), count: count.max(10_000) }),
      z
        .array(seed)
        .min(1)
        .max(10_000)
        .refine((seeds) => new Set(seeds).size === seeds.length),
    ])
    .meta({ allowed: '{"first": 1, "count": 8}, 1 to 10000 seeds in a row, or a list of different ones' }),
  threshold: z.number().gt(0).lt(1).default(0.95),
  earlyEpoch: z.int().min(0).max(1_000_000).default(5),
  curveSamples: count.max(1_000_000).default(1000),
  // Without a default: a manifest written before it was known stays equal to its file.
  measureAt: z.array(z.int().min(0).max(1_000_000)).max(1000).optional(),
  stopWhenAllSpecializedFor: count.max(1_000_000).nullable().default(null),
};
const schema = z.strictObject(fields);

/**
 * A grid of experiments over seeds, as its file says.
 *
 * `base` (a preset) and `experiment` (settings in its place) are what all runs share, `grid` what they differ in.
 * Success is counted at `threshold` after `earlyEpoch` and the last epoch; loss curves use the first `curveSamples`
 * evaluation samples. Best matches are measured at `measureAt` too, beside the epochs of `measuredEpochs`. A run stops early when all teacher nodes have been specialized for that many measured epochs.
 */
export type SweepFile = Readonly<z.output<typeof schema>>;

/** The seeds of every cell. */
export const seedsOf = ({ seeds }: SweepFile): readonly number[] =>
  'count' in seeds ? Array.from({ length: seeds.count }, (_, k) => seeds.first + k) : seeds;

/** A sweep, and what to call it. */
export type Sweep = { readonly name: string; readonly origin: string; readonly file: SweepFile };

const largestFileBytes = 1024 ** 2;

const shippedFolder = packageFile('presets/sweeps');

const shippedNames = (): string[] =>
  readdirSync(shippedFolder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();

/** Checks what a sweep's file holds. Errors: UserError naming `origin` and the key. */
export const parseSweepFile = (content: unknown, origin: string): SweepFile => {
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw refuseIssue(parsed.error.issues[0], content, fields, () => origin);
  return parsed.data;
};

const read = (path: string, name: string): Sweep => ({
  name,
  origin: path,
  file: parseSweepFile(readUserJson(path, largestFileBytes), path),
});

/** The shipped sweeps by name. */
export const listSweeps = (): Sweep[] =>
  shippedNames().map((name) => read(join(shippedFolder, `${name}.json`), name));

/** A shipped sweep by name, or any sweep file by path. Errors: UserError naming the file and the key. */
export const loadSweep = (nameOrPath: string): Sweep => {
  const names = shippedNames();
  if (names.includes(nameOrPath)) return read(join(shippedFolder, `${nameOrPath}.json`), nameOrPath);
  if (existsSync(nameOrPath)) {
    const name = nameOrPath.replace(/^.*[/\\]/, '').replace(/\.json$/, '');
    return read(nameOrPath, name);
  }
  const nearest = nearestName(nameOrPath, names);
  const advice = nearest === undefined ? `shipped sweeps: ${names.join(', ')}` : `did you mean "${nearest}"?`;
  throw new UserError(`sweep ${shown(nameOrPath)}: neither a shipped sweep nor a file; ${advice}`);
};
