import meow from 'meow';
import { nearestName, UserError } from '../../input/index.js';
import { camelCase, isSetting, nothingAfter } from './option-kinds.js';
import { type OptionRow, type Options, optionDefinitions, optionTable } from './option-table.js';

/** The name under which meow gives a flag's value: that of "no-log" is false under "log". */
const parsedName = ({ flag }: Pick<OptionRow, 'flag'>): string => camelCase(flag.replace(/^no-/, ''));

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
  const nearest = nearestName(flag, known);
  const advice = nearest === undefined ? 'see teachtop --help' : `did you mean --${nearest}?`;
  throw new UserError(`${flag.length === 1 ? '-' : '--'}${flag}: no such option; ${advice}`);
};

/** Refuses an option that may be repeated and has nothing after it, which meow drops without a word. */
const refuseEmpty = (args: readonly string[]): void => {
  const repeated = optionTable.filter(({ kind }) => kind.repeated);
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
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
  refuseEmpty(args);
  const { input, flags } = parse(args, importMeta);
  refuseUnknown(Object.keys(flags));
  const given: Readonly<Record<string, unknown>> = flags;
  const values = Object.fromEntries(
    Object.entries(optionDefinitions).map(([name, { flag, kind }]) => {
      const value = kind.read(flag, given[parsedName({ flag })]);
      return [name, 'isPath' in kind && typeof value === 'string' ? expand(value) : value];
    }),
    // The table's own readers made each value, so each has its row's type.
  ) as Options;
  const settings = [
    ...values.set.map((text) => ({ option: '--set', text })),
    ...optionTable.flatMap(({ flag, kind }) =>
      isSetting(kind) ? kind.read(flag, given[parsedName({ flag })]) : [],
    ),
  ];
  return { ...values, words: input, settings };
};
