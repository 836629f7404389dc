import { programName } from '../../package/index.js';
import { keyTable } from '../../ui/index.js';
import type { CommandRow } from '../command-row.js';
import { shownFlag } from './help.js';
import { optionTable } from './option-table.js';

/** Text as troff takes it: nothing of it is a request or an escape, and hyphens can be copied. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');

const entry = (term: string, text: string): string => `.TP\n.B ${escaped(term)}\n${escaped(text)}`;

const section = (title: string, lines: readonly string[]): string => [`.SH ${title}`, ...lines].join('\n');

const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'done'],
  ['1', 'a run or check failed'],
  ['2', 'unusable arguments or input: one line says what, where, and what is allowed'],
  [
    '129, 130, 143',
    'ended by the loss of its terminal, an interrupt or a termination; log and terminal are whole',
  ],
];

const environment: readonly (readonly [string, string])[] = [
  ['NO_COLOR, FORCE_COLOR, COLORTERM', 'no colours, a number of them (0 to 3), true colour'],
  ['LC_ALL, LC_CTYPE, LANG', 'Unicode or ASCII drawing'],
  ['TERM', 'what the terminal can do; dumb gives sentences in place of the dashboard'],
  ['INK_SCREEN_READER', 'true gives sentences too'],
  ['COLORFGBG', 'a dark or a light background, where the terminal does not answer'],
  ['XDG_CONFIG_HOME, XDG_DATA_HOME', 'folders of the settings and presets, and of the logs and sweeps'],
];

/** The manual page, in the man macros of troff. */
export const manPage = (table: readonly CommandRow[]): string => {
  const commands = table.map(({ name, words, text }) =>
    entry(['teachtop', name, words].filter((part) => part !== '').join(' '), text),
  );
  const entries = (rows: readonly (readonly [string, string])[]): string[] =>
    rows.map(([term, text]) => entry(term, text));
  return [
    `.TH TEACHTOP 1 "" "${programName()}" "User Commands"`,
    section('NAME', ['teachtop \\- watch a ReLU student specialize to its teacher, live in the terminal']),
    section('SYNOPSIS', ['.B teachtop', escaped('[COMMAND] [OPTION]... [PRESET|FILE|RUN]...')]),
    section('DESCRIPTION', [
      escaped(
        'Trains an over-realized student network on a fixed teacher network and shows which teacher nodes the student has specialized to (Tian, arXiv:1909.13458).',
      ),
    ]),
    section('COMMANDS', commands),
    section(
      'OPTIONS',
      optionTable.map((row) => entry(shownFlag(row), row.text)),
    ),
    section(
      'KEYS',
      keyTable.map(({ label, description }) => entry(label, description)),
    ),
    section('EXIT STATUS', entries(exitCodes)),
    section('ENVIRONMENT', entries(environment)),
    section('FILES', [escaped('teachtop doctor prints the paths of the settings file and of the logs.')]),
  ].join('\n');
};
