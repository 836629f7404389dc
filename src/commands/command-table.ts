import type { CommandRow } from './command-row.js';

/** Every command, in the order of the help. */
export const commandTable: readonly CommandRow[] = [
  {
    name: '',
    words: '[PRESET|FILE.json]',
    operand: 'preset',
    text: 'the dashboard; without a name the last preset, at first quick-start',
    load: () => import('./train/train-command.js'),
  },
  {
    name: 'presets',
    words: '',
    operand: 'none',
    text: 'list the presets, those of your own among them',
    load: () => import('./presets/presets.js'),
  },
  {
    name: 'preset-names',
    words: '',
    operand: 'none',
    text: 'the names of your own presets, for shells that complete them',
    load: () => import('./presets/preset-names.js'),
    isInternal: true,
  },
  {
    name: 'sweep',
    words: 'NAME|FILE',
    operand: 'sweep',
    text: 'a grid of experiments over seeds, on all cores',
    load: () => import('./sweep.js'),
  },
  {
    name: 'sweep-task',
    words: 'FOLDER ATTEMPT TASK',
    operand: 'none',
    text: 'one task of a job array',
    load: () => import('./sweep-task.js'),
    isInternal: true,
  },
  {
    name: 'parity',
    words: 'TRACE...',
    operand: 'file',
    text: 're-run recorded reference trajectories, print every deviation',
    load: () => import('./parity.js'),
  },
  {
    name: 'runs',
    words: '[delete RUN...]',
    operand: 'listed-run',
    text: 'list the runs in the log folder, or delete some; other commands take their names',
    load: () => import('./runs/runs.js'),
  },
  {
    name: 'run-names',
    words: '',
    operand: 'none',
    text: 'the names of the runs in the log folder, for shells that complete them',
    load: () => import('./runs/run-names.js'),
    isInternal: true,
  },
  {
    name: 'watch',
    words: '[RUN...]',
    operand: 'run',
    text: 'look at a log, finished or growing, as at a live run; at several laid over each other',
    load: () => import('./watch.js'),
  },
  {
    name: 'export',
    words: 'RUN',
    operand: 'run',
    text: 'CSV, TensorBoard, asciicast or weights of a run, tables of a sweep: --to FORMAT',
    load: () => import('./export.js'),
  },
  {
    name: 'verify',
    words: 'RUN',
    operand: 'run',
    text: 'run a log again and compare every frame',
    load: () => import('./verify.js'),
  },
  {
    name: 'report',
    words: 'PATH...',
    operand: 'run',
    text: 'figures (SVG, HTML) and tables of sweeps and runs',
    load: () => import('./report.js'),
  },
  {
    name: 'doctor',
    words: '',
    operand: 'none',
    text: 'engines, terminal, versions and folders, for a bug report',
    load: () => import('./doctor/doctor.js'),
  },
  {
    name: 'completion',
    words: 'SHELL',
    operand: 'shell',
    text: 'completion of its command line for bash, zsh or fish',
    load: () => import('./completion.js'),
  },
  {
    name: 'schema',
    words: 'NAME',
    operand: 'schema',
    text: 'the JSON Schema of a preset, a sweep, settings or a frame-log',
    load: () => import('./schema.js'),
  },
  {
    name: 'man',
    words: '',
    operand: 'none',
    text: 'its manual page, for man -l -',
    load: () => import('./man.js'),
  },
];

/** The commands that help, completion and manual page tell of. */
export const publicCommands = commandTable.filter(({ isInternal }) => !isInternal);
