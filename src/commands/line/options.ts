import meow from 'meow';
import { nearestName, UserError } from '../../input/index.js';
import { camelCase, isSetting, nothingAfter } from './option-kinds.js';
import {
  type OptionRow,
  type Options,
  type OptionValues,
  optionDefinitions,
  optionTable,
} from './option-table.js';

/** The name under which meow gives a flag's value: that of "no-log" is false under "log". */
const parsedName = ({ flag }: Pick<OptionRow, 'flag'>): string => camelCase(flag.replace(/^no-/, ''));

/** Whether an option is on the command line, by what meow found under its name: an empty list where it may be repeated. */
const isGiven = ({ flag, argument }: OptionRow, found: unknown): boolean => {
  if (flag.startsWith('no-')) return found === false;
  if (argument !== null) return typeof found === 'string' || (Array.isArray(found) && found.length > 0);
  return typeof found === 'boolean';
};

const parse = (args: readonly string[], importMeta: ImportMeta) => {
  const flags = Object.fromEntries(
    optionTable
      .filter(({ flag }) => !flag.startsWith('no-'))
      .map(({ flag, argument, short, kind }) => [
        camelCase(flag),
        {
          type: argument ? 'string' : 'boolean',
          isMultiple: kind.repeated,
          ...(short && { shortFlag: short }),
        } as const,
      ]),
  );
  try {
    const options = { importMeta, argv: args, flags, autoHelp: false, autoVersion: false };
    // An absent switch stays undefined, apart from one that was given with "no-".
    return meow({ ...options, allowUnknownFlags: true, booleanDefault: undefined });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
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

/** Refuses an option that may be repeated and has nothing after it, which meow drops without a word. */
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
  importMeta: ImportMeta,
  expand: (path: string) => string = (path) => path,
): Options => {
  const end = args.indexOf('--');
  const beforeWords = end === -1 ? args : args.slice(0, end);
  refuseEmpty(beforeWords);
  refuseRepeated(beforeWords);
  const { input, flags } = parse(args, importMeta);
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
  return { ...values, words: input, settings, given };
};
