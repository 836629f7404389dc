/** What a word after a command's name is, for those who complete it. */
export type Operand = 'none' | 'preset' | 'sweep' | 'run' | 'file' | 'shell';

export type CommandName =
  | 'presets'
  | 'sweep'
  | 'parity'
  | 'watch'
  | 'export'
  | 'verify'
  | 'report'
  | 'doctor'
  | 'completion'
  | 'man';

export type CommandRow = {
  /** Empty for the dashboard, which needs no name. */
  readonly name: CommandName | '';
  /** What follows the name, as help shows it. */
  readonly words: string;
  readonly operand: Operand;
  readonly text: string;
  /** Flags that it heeds, beside --help. */
  readonly options: readonly string[];
};

const experiment = ['seed', 'epochs', 'set', 'at', 'break', 'data-dir'];
const engine = ['engine', 'precision', 'strict'];
const look = ['ascii', 'theme', 'palette', 'color'];
const screen = ['headless', 'sentences', 'threshold', 'fps', ...look, 'mouse'];

/** Every command for people, in the order of the help. */
export const commandTable: readonly CommandRow[] = [
  {
    name: '',
    words: '[PRESET|FILE.json]',
    operand: 'preset',
    text: 'the dashboard; without a name the last preset, at first quick-start',
    options: [...experiment, ...engine, 'log', 'no-log', 'resume', ...screen, 'on-hangup'],
  },
  { name: 'presets', words: '', operand: 'none', text: 'list the presets', options: [] },
  {
    name: 'sweep',
    words: 'NAME|FILE',
    operand: 'sweep',
    text: 'a grid of experiments over seeds, on all cores',
    options: [
      'epochs',
      'set',
      ...engine,
      'workers',
      'out',
      'resume',
      'launcher',
      'chunk',
      'slurm',
      'cancel',
      'headless',
      'threshold',
      'fps',
      ...look,
    ],
  },
  {
    name: 'parity',
    words: 'TRACE...',
    operand: 'file',
    text: 're-run recorded reference trajectories, print every deviation',
    options: engine,
  },
  {
    name: 'watch',
    words: 'RUN',
    operand: 'run',
    text: 'look at a log, finished or growing, as at a live run',
    options: screen,
  },
  {
    name: 'export',
    words: 'RUN',
    operand: 'run',
    text: 'CSV, TensorBoard, asciicast or weights: --to FORMAT',
    options: ['to', 'out', 'step', 'size', 'fps', 'data-dir'],
  },
  {
    name: 'verify',
    words: 'RUN',
    operand: 'run',
    text: 'run a log again and compare every frame',
    options: ['data-dir'],
  },
  {
    name: 'report',
    words: 'PATH...',
    operand: 'run',
    text: 'figures (SVG, HTML) and tables of sweeps and runs',
    options: ['out', 'threshold', 'early-epoch'],
  },
  {
    name: 'doctor',
    words: '',
    operand: 'none',
    text: 'engines, terminal, versions and folders, for a bug report',
    options: ['ascii', 'log'],
  },
  {
    name: 'completion',
    words: 'SHELL',
    operand: 'shell',
    text: 'completion of its command line for bash, zsh or fish',
    options: [],
  },
  { name: 'man', words: '', operand: 'none', text: 'its manual page, for man -l -', options: [] },
];
