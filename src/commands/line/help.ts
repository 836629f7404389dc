import wrapAnsi from 'wrap-ansi';
import { listPresets } from '../../experiment/index.js';
import { listSweeps } from '../../sweep/index.js';
import type { CommandRow } from '../command-row.js';
import { type OptionRow, optionsOf, optionTable } from './option-table.js';

/** Columns of a terminal that every user has. */
const helpWidth = 80;

/** A term and its text in two columns, the text in as many lines as it needs. */
const row = (term: string, termWidth: number, text: string): string => {
  const indent = 2 + termWidth + 1;
  const lines = wrapAnsi(text, helpWidth - indent).split('\n');
  return `  ${term.padEnd(termWidth)} ${lines.join(`\n${' '.repeat(indent)}`)}`;
};

const shownCommand = ({ name, words }: CommandRow): string =>
  ['teachtop', name, words].filter((part) => part !== '').join(' ');

/** "--seed N"; an argument that itself begins with dashes follows an equals sign. */
export const shownFlag = ({ flag, argument }: OptionRow): string => {
  if (argument === null) return `--${flag}`;
  return argument.startsWith('=') ? `--${flag}${argument}` : `--${flag} ${argument}`;
};

const optionLines = (rows: readonly OptionRow[]): string[] => {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return groups.map((name) => {
    const lines = rows
      .filter(({ group }) => group === name)
      .map((option) => row(shownFlag(option), 20, option.text));
    return [name, ...lines].join('\n');
  });
};

const examples = [
  'teachtop strong-first                    a preset, live',
  'teachtop paper-m20 --set multi=10        the same with settings of your own',
];

/** All commands and options; what `teachtop --help` prints. */
export const helpText = (commands: readonly CommandRow[]): string => {
  const width = Math.max(...commands.map((command) => shownCommand(command).length));
  return [
    'teachtop: watch a ReLU student specialize to its teacher, live in the terminal',
    examples.map((example) => `  ${example}`).join('\n'),
    commands.map((command) => row(shownCommand(command), width, command.text)).join('\n'),
    ...optionLines(optionTable),
    'teachtop COMMAND --help tells of one command; ? in the dashboard lists its keys.',
  ].join('\n\n');
};

const shippedNames: Readonly<Partial<Record<CommandRow['operand'], () => string[]>>> = {
  preset: () => listPresets().map(({ name }) => name),
  sweep: () => listSweeps().map(({ name }) => name),
};

/** One command with the names that it knows and the options that it takes. */
export const commandHelp = (command: CommandRow): string => {
  const names = shippedNames[command.operand]?.() ?? [];
  return [
    wrapAnsi(`${shownCommand(command)}: ${command.text}`, helpWidth),
    ...(names.length > 0 ? [wrapAnsi(`shipped: ${names.join(', ')}`, helpWidth)] : []),
    ...optionLines(optionsOf(command.name)),
  ].join('\n\n');
};
