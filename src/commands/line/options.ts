import { nearestName, UserError } from '../../input/index.js';
import { takeApart } from './arguments.js';
import { camelCase, isSetting, nothingAfter } from './option-kinds.js';
import {
  type OptionRow,
  type Options,
  type OptionValues,
  optionDefinitions,
  optionTable,
} from './option-table.js';

/** The name under which a flag's value is found: that of "no-log" is false under "log". */
const parsedName = ({ flag }: Pick<OptionRow, 'flag'>): string => camelCase(flag.replace(/^no-/, ''));

/** Whether an option is on the command line, by what was found under its name. */
const isGiven = ({ flag, argument }: OptionRow, found: unknown): boolean => {
  if (flag.startsWith('no-')) return found === false;
  if (argument !== null) return typeof found === 'string' || Array.isArray(found);
  return typeof found === 'boolean';
};

const refuseUnknown = (given: readonly string[]): void => {
  const known = optionTable.map(({ flag }) => flag);
  const unknown = given.find((key) => !known.some((flag) => camelCase(flag) === key));
  if (unknown === undefined) return;
  const flag = unknown.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  // Every name is close to a single letter.
  const nearest = flag.length === 1 ? undefined : nearestName(flag, known);
  const advice = nearest === undefined ? 'see teachtop --help' : `did you mean --${nearest}?`;
  throw new UserError(`${flag.length === 1 ? '-' : '--'}${flag}: no such option; ${advice}`);
};

/** Refuses an option that is there more often than it may be. */
const refuseRepeated = (args: readonly string[]): void => {
  for (const { flag, argument, kind } of optionTable) {
    if (argument === null || kind.repeated) continue;
    const times = args.filter((arg) => arg === `--${flag}` || arg.startsWith(`--${flag}=`)).length;
    if (times > 1) throw new UserError(`--${flag}: got it ${times} times, allowed: once`);
  }
};

/** Refuses an option that may be repeated and has nothing after it. */
const refuseEmpty = (options: readonly string[]): void => {
  const repeated = optionTable.filter(({ kind }) => kind.repeated);
  const isEmpty = (flag: string, arg: string, next = '-'): boolean =>
    arg === `${flag}=` || (arg === flag && next.startsWith('-'));
  const empty = repeated.find(({ flag }) =>
    options.some((arg, index) => isEmpty(`--${flag}`, arg, options[index + 1])),
  );
  if (empty !== undefined) throw nothingAfter(empty.flag, empty.kind.argument);
};

/**
 * Reads the command line. `expand`: a path as given to one for the system. Errors: UserError naming the option, what was
 * given and what is allowed.
 */
export const readOptions = (
  args: readonly string[],
  expand: (path: string) => string = (path) => path,
): Options => {
  const end = args.indexOf('--');
  const beforeWords = end === -1 ? args : args.slice(0, end);
  refuseEmpty(beforeWords);
  refuseRepeated(beforeWords);
  const { words, flags } = takeApart(args);
  refuseUnknown(Object.keys(flags));
  const found: Readonly<Record<string, unknown>> = flags;
  const values = Object.fromEntries(
    Object.entries(optionDefinitions).map(([name, { flag, kind }]) => {
      const value = kind.read(flag, found[parsedName({ flag })]);
      return [name, 'isPath' in kind && typeof value === 'string' ? expand(value) : value];
    }),
    // The table's own readers made each value, so each has its row's type.
  ) as OptionValues;
  const settings = [
    ...values.set.map((text) => ({ option: '--set', text })),
    ...optionTable.flatMap(({ flag, kind }) =>
      isSetting(kind) ? kind.read(flag, found[parsedName({ flag })]) : [],
    ),
  ];
  const given = optionTable.filter((row) => isGiven(row, found[parsedName(row)]));
  return { ...values, words, settings, given };
};
