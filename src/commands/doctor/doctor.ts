import type { RunCommand } from '../command-row.js';
import { printable, printableJson } from '../host/printable.js';
import { refuseWords } from '../line/refuse-words.js';
import { type Examination, examine, type KernelTrial, type Logs } from './examine.js';
import { tfjsLines } from './tfjs-lines.js';

const kernelLine = ({ strict, variant, problem }: KernelTrial): string =>
  `wasm${strict ? ' --strict' : ''}: ${problem === null ? `${variant}, float32 and float64` : `does not load: ${problem}`}`;

const quoted = (variables: Readonly<Record<string, string>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}=${printable(value)}`)
    .join(' ') || 'none set';

const terminalLine = ({ size, inputIsTerminal, through }: Examination['terminal']): string => {
  const shown = size === null ? 'no terminal' : `${size.columns}x${size.rows}`;
  return `terminal: ${shown}, input ${inputIsTerminal ? 'terminal' : 'no terminal'}, through ${through.join(', ') || 'nothing known'}`;
};

const drawingLine = ({ traits }: Examination['terminal']): string => {
  const colors = ['none', '16', '256', 'true colour'][traits.colorLevel];
  const asks = traits.asksBackground ? ' unless the terminal says otherwise' : '';
  return `drawing: ${traits.drawing}, colours: ${colors}, background: ${traits.background}${asks}`;
};

/** The settings that are not the first ones, in the words of the file. */
const settingsLine = ({ path, changed }: Examination['settings']): string => {
  const values = Object.entries(changed).map(([key, value]) => `${key} ${printable(JSON.stringify(value))}`);
  return `settings: ${path ?? 'no folder for them'}, ${values.join(', ') || 'all at their first values'}`;
};

const logsLine = ({ folder, exists, runs, freeBytes, problem }: Logs): string => {
  if (problem !== null) return `logs: ${folder === null ? '' : `${folder}: `}${problem}`;
  if (!exists) return `logs: ${folder}, not there yet`;
  return `logs: ${folder}, ${runs} runs, ${((freeBytes ?? 0) / 1e9).toFixed(1)} GB free`;
};

const machineLine = ({ machine }: Examination): string => {
  const { system, architecture, processors, processor, memoryBytes } = machine;
  return `machine: ${system} ${architecture}, ${processors} x ${processor}, ${(memoryBytes / 1e9).toFixed(1)} GB`;
};

const linesOf = (found: Examination): readonly string[] => [
  `${found.program}, Node ${found.node}, V8 ${found.v8}`,
  machineLine(found),
  ...found.wasm.map(kernelLine),
  'naive: float64, the oracle',
  ...tfjsLines(found.tfjs),
  terminalLine(found.terminal),
  `environment: ${quoted(found.environment)}`,
  `locale: ${quoted(found.locale)}`,
  drawingLine(found.terminal),
  settingsLine(found.settings),
  logsLine(found.logs),
];

/** Prints what a bug report should hold: versions, engines, terminal and folders. */
export const run: RunCommand = async (context, words) => {
  refuseWords('doctor', words);
  const found = await examine(context);
  const lines = context.options.json ? [printableJson(found)] : linesOf(found);
  for (const line of lines) context.out(line);
  return 0;
};
