import { paletteNames, themeChoices } from '../../ui/index.js';
import type { GivenSetting, OptionKind } from './option-kinds.js';
import * as kinds from './option-kinds.js';

/** Name of the command that needs none: to train a preset. */
const train = '';

type Definition<T> = {
  readonly flag: string;
  /** The same flag as one letter after one dash. */
  readonly short?: string;
  /** Commands that take it; none where all do. */
  readonly of?: readonly string[];
  /** Another option, by its value's name, without whose value this one would do nothing. */
  readonly needs?: { readonly option: string; readonly value: string };
  readonly group: 'Experiment' | 'Engine' | 'Log' | 'Screen' | 'Sweep' | 'Report' | 'Export' | 'Other';
  readonly kind: OptionKind<T>;
  readonly text: string;
};

export const exportFormats = [
  'csv',
  'csv-wide',
  'csv-events',
  'csv-statements',
  'csv-epochs',
  'tensorboard',
  'asciicast',
  'safetensors',
] as const;

/** Widest vectors of the kernels: the fastest, or 128 bits. */
export const kernelChoices = ['auto', 'simd128'] as const;

/**
 * Every option by the name of its value: type, parsing, bounds, help, completion, manual page and docs follow from
 * its row here.
 */
export const optionDefinitions = {
  seed: {
    flag: 'seed',
    of: [train],
    group: 'Experiment',
    kind: kinds.setting('N'),
    text: 'seed of every random stream',
  },
  epochs: {
    flag: 'epochs',
    of: [train, 'sweep'],
    group: 'Experiment',
    kind: kinds.setting('N'),
    text: 'epochs in the run',
  },
  set: {
    flag: 'set',
    of: [train, 'sweep'],
    group: 'Experiment',
    kind: kinds.texts('KEY=VALUE'),
    text: 'any other setting of the experiment; may be repeated',
  },
  interventions: {
    flag: 'at',
    of: [train],
    group: 'Experiment',
    kind: kinds.texts("'STEP KIND'"),
    text: "do something to the run at a step: --at '20000 noise scale=0.5'; may be repeated",
  },
  breakpoints: {
    flag: 'break',
    of: [train],
    group: 'Experiment',
    kind: kinds.texts('WHEN'),
    text: "pause by itself: 'specialized 3', lost, 'loss < 1e-4', 'match 4 > 0.9', plateau",
  },
  dataFolder: {
    flag: 'data-dir',
    of: [train, 'watch', 'export', 'verify'],
    group: 'Experiment',
    kind: kinds.path('DIR'),
    text: 'folder of MNIST, CIFAR-10 and .safetensors files',
  },
  engine: {
    flag: 'engine',
    of: [train, 'sweep', 'parity'],
    group: 'Engine',
    kind: kinds.oneOf('NAME', ['auto', 'wasm', 'tfjs', 'naive'], 'auto'),
    text: 'auto (default), wasm, tfjs, or naive, the slow oracle in double precision',
  },
  backend: {
    flag: 'backend',
    of: [train, 'sweep', 'parity'],
    group: 'Engine',
    kind: kinds.oneOf('NAME', ['tensorflow', 'wasm', 'cpu'], null),
    text: 'of --engine tfjs: tensorflow, wasm or cpu; without it the fastest for the student that loads',
  },
  precision: {
    flag: 'precision',
    of: [train, 'sweep', 'parity'],
    group: 'Engine',
    kind: kinds.setting('NAME', ['float32', 'float64']),
    text: 'float32 (default) or float64',
  },
  strict: {
    flag: 'strict',
    of: [train, 'sweep', 'parity'],
    group: 'Engine',
    kind: kinds.onSwitch(),
    text: 'the same bits on every machine, a little slower',
  },
  kernels: {
    flag: 'kernels',
    of: [train, 'sweep', 'parity', 'export', 'verify', 'doctor'],
    group: 'Engine',
    kind: kinds.oneOf('NAME', kernelChoices, null),
    text: "auto (default), or simd128: the same bits without V8's experimental flag for vectors of 256 bits",
  },
  logFolder: {
    flag: 'log',
    of: [train, 'doctor', 'runs', 'watch', 'export', 'verify', 'report'],
    group: 'Log',
    kind: kinds.path('DIR'),
    text: "folder for the runs' logs; the dashboard keeps it for the next start; --log=- prints the log alone",
  },
  resume: {
    flag: 'resume',
    of: [train, 'sweep'],
    group: 'Log',
    kind: { ...kinds.optionalText('RUN'), isPath: true },
    text: "go on with a stopped or killed run, in its log: a path, a run's name, or last; with a sweep without RUN",
  },
  record: {
    flag: 'no-log',
    of: [train],
    group: 'Log',
    kind: kinds.offSwitch(),
    text: 'record nothing until l is pressed',
  },
  headless: {
    flag: 'headless',
    of: [train, 'sweep', 'watch'],
    group: 'Screen',
    kind: kinds.onSwitch(),
    text: 'plain lines instead of the dashboard; ends by itself',
  },
  sentences: {
    flag: 'sentences',
    of: [train, 'watch'],
    group: 'Screen',
    kind: kinds.onSwitch(),
    text: 'a sentence every five seconds, as for a screen reader',
  },
  onHangUp: {
    flag: 'on-hangup',
    of: [train],
    group: 'Screen',
    kind: kinds.oneOf('WHAT', ['end', 'continue'], 'end'),
    text: 'end (default) or continue: what the run does when its terminal is gone',
  },
  threshold: {
    flag: 'threshold',
    of: [train, 'sweep', 'watch', 'report'],
    group: 'Screen',
    kind: kinds.numberBetween('X', 0, 1),
    text: 'correlation above which a teacher node is specialized (0.95)',
  },
  framesPerSecond: {
    flag: 'fps',
    of: [train, 'sweep', 'watch', 'export'],
    group: 'Screen',
    kind: kinds.wholeNumber('N', 1, 60),
    text: 'most frames a second that the screen shows, 1 to 60',
  },
  ascii: {
    flag: 'ascii',
    of: [train, 'sweep', 'watch', 'doctor'],
    group: 'Screen',
    kind: kinds.onSwitch(),
    text: 'draw with ASCII characters only',
  },
  theme: {
    flag: 'theme',
    of: [train, 'sweep', 'watch', 'doctor'],
    group: 'Screen',
    kind: kinds.oneOf('NAME', themeChoices, null),
    text: "for a dark or a light background, or auto (default): the terminal's own",
  },
  palette: {
    flag: 'palette',
    of: [train, 'sweep', 'watch', 'doctor'],
    group: 'Screen',
    kind: kinds.oneOf('NAME', paletteNames, null),
    text: 'okabe-ito (default), contrast, or mono, without colours',
  },
  color: {
    flag: 'color',
    group: 'Screen',
    kind: kinds.eitherSwitch(),
    text: 'colours although NO_COLOR is set; --no-color takes them away',
  },
  mouse: {
    flag: 'mouse',
    of: [train, 'watch'],
    group: 'Screen',
    kind: kinds.onSwitch(),
    text: 'clicks and wheel go to the dashboard, not to the terminal',
  },
  workers: {
    flag: 'workers',
    of: ['sweep'],
    group: 'Sweep',
    kind: kinds.wholeNumber('N', 1, 256),
    text: 'threads that train runs; one a core',
  },
  outFolder: {
    flag: 'out',
    of: ['sweep', 'export', 'report'],
    group: 'Sweep',
    kind: kinds.path('DIR'),
    text: "folder of a sweep's results or a report's files; file or folder of an export, --out=- prints it",
  },
  launcher: {
    flag: 'launcher',
    of: ['sweep'],
    group: 'Sweep',
    kind: kinds.oneOf('NAME', ['local', 'slurm'], 'local'),
    text: 'local (default), or slurm: a job array on a cluster',
  },
  chunk: {
    flag: 'chunk',
    of: ['sweep'],
    needs: { option: 'launcher', value: 'slurm' },
    group: 'Sweep',
    kind: kinds.wholeNumber('N', 1, 100_000),
    text: 'runs of one task of the job array',
  },
  slurmFlags: {
    flag: 'slurm',
    of: ['sweep'],
    needs: { option: 'launcher', value: 'slurm' },
    group: 'Sweep',
    kind: kinds.wordList('=FLAGS'),
    text: "passed on to sbatch: --slurm='--partition=x --time=1:00:00'",
  },
  cancel: {
    flag: 'cancel',
    of: ['sweep'],
    group: 'Sweep',
    kind: kinds.onSwitch(),
    text: "take the sweep's jobs out of Slurm's queue",
  },
  earlyEpoch: {
    flag: 'early-epoch',
    of: ['report'],
    group: 'Report',
    kind: kinds.wholeNumber('N', 1),
    text: "epoch of the early success rates; else the sweep's own",
  },
  format: {
    flag: 'to',
    of: ['export'],
    group: 'Export',
    kind: { ...kinds.text('FORMAT'), choices: exportFormats },
    text: 'csv, csv-wide, csv-events, csv-statements, tensorboard, asciicast or safetensors; of a sweep csv, csv-epochs or tensorboard',
  },
  step: {
    flag: 'step',
    of: ['export'],
    needs: { option: 'format', value: 'safetensors' },
    group: 'Export',
    kind: kinds.wholeNumber('N', 0),
    text: 'the frame whose weights are exported; the last one',
  },
  size: {
    flag: 'size',
    of: ['export'],
    needs: { option: 'format', value: 'asciicast' },
    group: 'Export',
    kind: kinds.screenSize('COLSxROWS'),
    text: 'size of an asciicast (120x40)',
  },
  json: {
    flag: 'json',
    of: ['presets', 'parity', 'doctor', 'runs'],
    group: 'Other',
    kind: kinds.onSwitch(),
    text: 'one JSON value in place of lines',
  },
  yes: {
    flag: 'yes',
    of: ['runs'],
    group: 'Other',
    kind: kinds.onSwitch(),
    text: 'delete without a question',
  },
  help: {
    flag: 'help',
    group: 'Other',
    kind: kinds.onSwitch(),
    text: 'this text; after a command, what that takes',
    short: 'h',
  },
  version: { flag: 'version', group: 'Other', kind: kinds.onSwitch(), text: 'the version', short: 'V' },
} as const satisfies Readonly<Record<string, Definition<unknown>>>;

type Definitions = typeof optionDefinitions;
/** What each option's kind reads. */
export type OptionValues = { readonly [K in keyof Definitions]: ReturnType<Definitions[K]['kind']['read']> };

/** The command line, checked as far as it does not depend on a preset. */
export type Options = OptionValues & {
  readonly words: readonly string[];
  /** The options that were given. */
  readonly given: readonly OptionRow[];
  /** Settings of the experiment, in the order of precedence. */
  readonly settings: readonly GivenSetting[];
};

/** An option as help, completion and docs show it. */
export type OptionRow = Definition<unknown> & Pick<OptionKind<unknown>, 'argument' | 'choices'>;

/** Whether a command takes an option. */
export const takesOption = (command: string, { of }: Pick<OptionRow, 'of'>): boolean =>
  of?.includes(command) ?? true;

/** Options that a command takes. */
export const optionsOf = (command: string): readonly OptionRow[] =>
  optionTable.filter((row) => takesOption(command, row));

/** Every option in the order of the help. */
export const optionTable: readonly OptionRow[] = Object.values(optionDefinitions).map(
  (definition: Definition<unknown>) => ({
    ...definition,
    argument: definition.kind.argument,
    ...(definition.kind.choices && { choices: definition.kind.choices }),
  }),
);
