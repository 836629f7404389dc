import wrapAnsi from 'wrap-ansi';
import { type CommandRow, commandTable } from './command-table.js';
import { type OptionRow, optionTable } from './option-table.js';

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

/** All commands and options; what `teachtop --help` prints. */
export const helpText = (): string => {
  const width = Math.max(...commandTable.map((command) => shownCommand(command).length));
  const commands = commandTable.map((command) => row(shownCommand(command), width, command.text));
  return [
    'teachtop: watch a ReLU student specialize to its teacher, live in the terminal',
    commands.join('\n'),
    ...optionLines(optionTable),
    'teachtop COMMAND --help tells of one command; ? in the dashboard lists its keys.',
  ].join('\n\n');
};

/** One command with the options that it heeds. */
export const commandHelp = (command: CommandRow): string =>
  [
    wrapAnsi(`${shownCommand(command)}: ${command.text}`, helpWidth),
    ...optionLines(optionTable.filter(({ flag }) => [...command.options, 'help'].includes(flag))),
  ].join('\n\n');
