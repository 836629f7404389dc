import meow from 'meow';
import * as z from 'zod';
import type { EngineName } from '../../engine/index.js';
import { nearestName, UserError } from '../../input/index.js';
import { type PaletteName, paletteNames, type ThemeChoice, themeChoices } from '../../ui/index.js';
import type { OnHangUp } from '../host/host.js';

export type OptionRow = {
  readonly flag: string;
  /** What follows the flag; none for a switch. */
  readonly argument: string | null;
  readonly group: 'Experiment' | 'Engine' | 'Log' | 'Screen' | 'Sweep' | 'Report' | 'Export' | 'Other';
  readonly text: string;
  /** All that it may be, where that is a list. */
  readonly choices?: readonly string[];
};

const engines = ['auto', 'wasm', 'tfjs', 'naive'] as const;
const hangUps = ['end', 'continue'] as const;
const launchers = ['local', 'slurm'] as const;
export const exportFormats = [
  'csv',
  'csv-wide',
  'csv-events',
  'tensorboard',
  'asciicast',
  'safetensors',
] as const;

/** Every option: what parses them and the help alike. */
export const optionTable: readonly OptionRow[] = [
  { flag: 'seed', argument: 'N', group: 'Experiment', text: 'seed of every random stream' },
  { flag: 'epochs', argument: 'N', group: 'Experiment', text: 'epochs in the run' },
  {
    flag: 'set',
    argument: 'KEY=VALUE',
    group: 'Experiment',
    text: 'any other setting of the experiment; may be repeated',
  },
  {
    flag: 'at',
    argument: "'STEP KIND'",
    group: 'Experiment',
    text: "do something to the run at a step: --at '20000 noise scale=0.5'; may be repeated",
  },
  {
    flag: 'break',
    argument: 'WHEN',
    group: 'Experiment',
    text: "pause by itself: 'specialized 3', lost, 'loss < 1e-4', 'match 4 > 0.9', plateau",
  },
  {
    flag: 'data-dir',
    argument: 'DIR',
    group: 'Experiment',
    text: 'folder of MNIST, CIFAR-10 and .safetensors files',
  },
  {
    flag: 'engine',
    argument: 'NAME',
    group: 'Engine',
    text: 'auto (default), wasm, tfjs, or naive, the slow oracle in double precision',
    choices: engines,
  },
  {
    flag: 'precision',
    argument: 'NAME',
    group: 'Engine',
    text: 'float32 (default) or float64',
    choices: ['float32', 'float64'],
  },
  {
    flag: 'strict',
    argument: null,
    group: 'Engine',
    text: 'the same bits on every machine, a little slower',
  },
  {
    flag: 'log',
    argument: 'DIR',
    group: 'Log',
    text: "folder for the runs' logs; the dashboard keeps it for the next start",
  },
  {
    flag: 'resume',
    argument: 'RUN',
    group: 'Log',
    text: 'go on with a stopped or killed run, in its log; with a sweep without RUN',
  },
  { flag: 'no-log', argument: null, group: 'Log', text: 'record nothing until l is pressed' },
  {
    flag: 'headless',
    argument: null,
    group: 'Screen',
    text: 'plain lines instead of the dashboard; ends by itself',
  },
  {
    flag: 'sentences',
    argument: null,
    group: 'Screen',
    text: 'a sentence every five seconds, as for a screen reader',
  },
  {
    flag: 'on-hangup',
    argument: 'WHAT',
    group: 'Screen',
    text: 'end (default) or continue: what the run does when its terminal is gone',
    choices: hangUps,
  },
  {
    flag: 'threshold',
    argument: 'X',
    group: 'Screen',
    text: 'correlation above which a teacher node is specialized (0.95)',
  },
  {
    flag: 'fps',
    argument: 'N',
    group: 'Screen',
    text: 'most frames a second that the screen shows, 1 to 60',
  },
  { flag: 'ascii', argument: null, group: 'Screen', text: 'draw with ASCII characters only' },
  {
    flag: 'theme',
    argument: 'NAME',
    group: 'Screen',
    text: "for a dark or a light background, or auto (default): the terminal's own",
    choices: themeChoices,
  },
  {
    flag: 'palette',
    argument: 'NAME',
    group: 'Screen',
    text: 'okabe-ito (default), contrast, or mono, without colours',
    choices: paletteNames,
  },
  {
    flag: 'mouse',
    argument: null,
    group: 'Screen',
    text: 'clicks and wheel go to the dashboard, not to the terminal',
  },
  { flag: 'workers', argument: 'N', group: 'Sweep', text: 'threads that train runs; one a core' },
  {
    flag: 'out',
    argument: 'DIR',
    group: 'Sweep',
    text: "folder of a sweep's results or a report's files; file or folder of an export, --out=- prints it",
  },
  {
    flag: 'launcher',
    argument: 'NAME',
    group: 'Sweep',
    text: 'local (default), or slurm: a job array on a cluster',
    choices: launchers,
  },
  { flag: 'chunk', argument: 'N', group: 'Sweep', text: 'runs of one task of the job array' },
  {
    flag: 'slurm',
    argument: '=FLAGS',
    group: 'Sweep',
    text: "passed on to sbatch: --slurm='--partition=x --time=1:00:00'",
  },
  { flag: 'cancel', argument: null, group: 'Sweep', text: "take the sweep's jobs out of Slurm's queue" },
  {
    flag: 'early-epoch',
    argument: 'N',
    group: 'Report',
    text: 'epoch of the early success rates (5)',
  },
  {
    flag: 'to',
    argument: 'FORMAT',
    group: 'Export',
    text: 'csv, csv-wide, csv-events, tensorboard, asciicast or safetensors',
    choices: exportFormats,
  },
  {
    flag: 'step',
    argument: 'N',
    group: 'Export',
    text: 'the frame whose weights are exported; the last one',
  },
  { flag: 'size', argument: 'COLSxROWS', group: 'Export', text: 'size of an asciicast (120x40)' },
  { flag: 'help', argument: null, group: 'Other', text: 'this text; after a command, what that takes' },
  { flag: 'version', argument: null, group: 'Other', text: 'the version' },
];

/** The command line, checked as far as it does not depend on a preset. */
export type Options = {
  readonly words: readonly string[];
  /** Settings of the experiment with the option each came from, in the order of precedence. */
  readonly settings: readonly { readonly option: string; readonly text: string }[];
  /** What --at and --break say, one each. */
  readonly interventions: readonly string[];
  readonly breakpoints: readonly string[];
  readonly engine: EngineName | 'auto';
  /** Folder of data sets and weights; null when none was given. */
  readonly dataFolder: string | null;
  readonly strict: boolean;
  /** Folder that --log names; null leaves it to the settings. */
  readonly logFolder: string | null;
  readonly record: boolean;
  readonly headless: boolean;
  readonly sentences: boolean;
  readonly ascii: boolean;
  readonly mouse: boolean;
  /** Null leaves it to the settings. */
  readonly theme: ThemeChoice | null;
  readonly palette: PaletteName | null;
  readonly onHangUp: OnHangUp;
  readonly threshold: number | null;
  readonly framesPerSecond: number | null;
  readonly workers: number | null;
  /** Folder that --out names. */
  readonly outFolder: string | null;
  /** Folder or log of the run that --resume names; empty without one; null without --resume. */
  readonly resume: string | null;
  readonly launcher: 'local' | 'slurm';
  readonly chunk: number | null;
  readonly slurmFlags: readonly string[];
  readonly cancel: boolean;
  readonly earlyEpoch: number | null;
  /** What --to names. */
  readonly format: string | null;
  readonly step: number | null;
  readonly size: { readonly columns: number; readonly rows: number } | null;
  readonly help: boolean;
  readonly version: boolean;
};

const camelCase = (flag: string): string =>
  flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Options that may be given more than once. */
const repeated = ['set', 'at', 'break'];

const parse = (args: readonly string[], importMeta: ImportMeta) => {
  const flags = Object.fromEntries(
    optionTable
      .filter(({ flag }) => flag !== 'no-log')
      .map(({ flag, argument }) => [
        camelCase(flag),
        { type: argument ? 'string' : 'boolean', isMultiple: repeated.includes(flag) } as const,
      ]),
  );
  try {
    const options = { importMeta, argv: args, flags, autoHelp: false, autoVersion: false };
    return meow({ ...options, allowUnknownFlags: true });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
};

const refuseUnknown = (given: readonly string[]): void => {
  const known = optionTable.map(({ flag }) => flag);
  const unknown = given.find((key) => !known.some((flag) => camelCase(flag) === key));
  if (unknown === undefined) return;
  const flag = unknown.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const nearest = nearestName(flag, known);
  const advice = nearest === undefined ? 'see teachtop --help' : `did you mean --${nearest}?`;
  throw new UserError(`${flag.length === 1 ? '-' : '--'}${flag}: no such option; ${advice}`);
};

/** "a, b or c" */
const choices = new Intl.ListFormat('en-GB', { type: 'disjunction' });

const oneOf = <T extends string, I>(
  option: string,
  value: unknown,
  allowed: readonly T[],
  initial: I,
): T | I => {
  if (value === undefined) return initial;
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new UserError(`--${option}: got "${String(value)}", allowed: ${choices.format(allowed)}`);
  return found;
};

const numberIn = (
  option: string,
  value: unknown,
  schema: z.ZodType<number>,
  allowed: string,
): number | null => {
  if (value === undefined) return null;
  const parsed = schema.safeParse(typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
  if (!parsed.success) throw new UserError(`--${option}: got "${String(value)}", allowed: ${allowed}`);
  return parsed.data;
};

const textOf = (option: string, value: unknown): string | null => {
  if (value === undefined || value === false) return null;
  if (typeof value !== 'string' || value === '') throw new UserError(`--${option}: got nothing after it`);
  return value;
};

const sizeIn = (text: string | null): Options['size'] => {
  if (text === null) return null;
  const [columns, rows] = (/^(\d{1,3})x(\d{1,3})$/.exec(text) ?? []).slice(1).map(Number);
  if (!(columns >= 40 && columns <= 400 && rows >= 12 && rows <= 200))
    throw new UserError(`--size: got "${text}", allowed: 40x12 to 400x200`);
  return { columns, rows };
};

/** Reads the command line. Errors: UserError naming the option, what was given and what is allowed. */
export const readOptions = (args: readonly string[], importMeta: ImportMeta): Options => {
  const { input, flags } = parse(args, importMeta);
  refuseUnknown(Object.keys(flags));
  const given: Readonly<Record<string, unknown>> = flags;
  const setting = (option: string) => {
    const text = textOf(option, given[option]);
    return text === null ? [] : [{ option: `--${option}`, text: `${option}=${text}` }];
  };
  const sets = z.array(z.string()).parse(given.set ?? []);
  return {
    words: input,
    settings: [
      ...sets.map((text) => ({ option: '--set', text })),
      ...['seed', 'epochs', 'precision'].flatMap(setting),
    ],
    interventions: z.array(z.string()).parse(given.at ?? []),
    breakpoints: z.array(z.string()).parse(given.break ?? []),
    engine: oneOf('engine', given.engine, engines, 'auto' as const),
    dataFolder: textOf('data-dir', given.dataDir),
    strict: given.strict === true,
    logFolder: textOf('log', given.log),
    record: given.log !== false,
    headless: given.headless === true,
    sentences: given.sentences === true,
    ascii: given.ascii === true,
    mouse: given.mouse === true,
    theme: oneOf('theme', given.theme, themeChoices, null),
    palette: oneOf('palette', given.palette, paletteNames, null),
    onHangUp: oneOf('on-hangup', given.onHangup, hangUps, 'end' as const),
    threshold: numberIn('threshold', given.threshold, z.number().gt(0).lt(1), 'a number between 0 and 1'),
    framesPerSecond: numberIn('fps', given.fps, z.int().min(1).max(60), 'a whole number from 1 to 60'),
    workers: numberIn('workers', given.workers, z.int().min(1).max(256), 'a whole number from 1 to 256'),
    outFolder: textOf('out', given.out),
    resume: typeof given.resume === 'string' ? given.resume : null,
    launcher: oneOf('launcher', given.launcher, launchers, 'local' as const),
    chunk: numberIn('chunk', given.chunk, z.int().min(1).max(100_000), 'a whole number from 1 to 100000'),
    slurmFlags: (textOf('slurm', given.slurm) ?? '').split(/\s+/).filter((flag) => flag !== ''),
    cancel: given.cancel === true,
    earlyEpoch: numberIn('early-epoch', given.earlyEpoch, z.int().min(1), 'a whole number from 1'),
    format: textOf('to', given.to),
    step: numberIn('step', given.step, z.int().min(0), 'a whole number from 0'),
    size: sizeIn(textOf('size', given.size)),
    help: given.help === true,
    version: given.version === true,
  };
};
