import * as z from 'zod';
import { alternatives, UserError } from '../../input/index.js';
import { shellWords } from './shell-words.js';

/** What may follow a flag, and what its value becomes. */
export type OptionKind<T> = {
  /** What follows the flag, as help shows it; null for a switch. */
  readonly argument: string | null;
  /** Whether it may be given more than once. */
  readonly repeated: boolean;
  /** All that it may be, where that is a list. */
  readonly choices?: readonly string[];
  /** Whether a text is a path, in which `~` is the home folder: shells leave that alone behind an equals sign. */
  readonly isPath?: true;
  /** The option's value; `given` is what was found, undefined where the flag is absent. Errors: UserError. */
  readonly read: (flag: string, given: unknown) => T;
};

/** A setting of the experiment, with the option that it came from. */
export type GivenSetting = { readonly option: string; readonly text: string };

const single = <T>(argument: string | null, read: OptionKind<T>['read']): OptionKind<T> => ({
  argument,
  repeated: false,
  read,
});

/** The refusal of a flag without its argument. */
export const nothingAfter = (flag: string, allowed: string | null): UserError =>
  new UserError(`--${flag}: got nothing after it, allowed: ${allowed}`);

const refuse = (flag: string, given: unknown, allowed: string): never => {
  if (given === '') throw nothingAfter(flag, allowed);
  throw new UserError(`--${flag}: got "${String(given)}", allowed: ${allowed}`);
};

const readText = (flag: string, given: unknown, argument: string): string | null => {
  if (given === undefined || given === false) return null;
  if (typeof given !== 'string' || given === '') throw nothingAfter(flag, argument.replace('=', ''));
  return given;
};

/** True where the flag is given. */
export const onSwitch = (): OptionKind<boolean> => single(null, (_, given) => given === true);

/** A flag that begins with "no-": false where it is given. */
export const offSwitch = (): OptionKind<boolean> => single(null, (_, given) => given !== false);

/** A flag and its opposite with "no-": true, false, or null where neither is given. */
export const eitherSwitch = (): OptionKind<boolean | null> =>
  single(null, (_, given) => (typeof given === 'boolean' ? given : null));

/** Any text but none; null where the flag is absent. */
export const text = (argument: string): OptionKind<string | null> =>
  single(argument, (flag, given) => readText(flag, given, argument));

/** The path of a file or folder; null where the flag is absent. */
export const path = (argument: string): OptionKind<string | null> => ({ ...text(argument), isPath: true });

/** Text that may be missing after the flag, which then is empty; null where the flag is absent. */
export const optionalText = (argument: string): OptionKind<string | null> =>
  single(argument, (_, given) => (typeof given === 'string' ? given : null));

/** Words of one text, parted at blanks. */
export const wordList = (argument: string): OptionKind<readonly string[]> =>
  single(argument, (flag, given) => {
    const text = readText(flag, given, argument) ?? '';
    return shellWords(text) ?? refuse(flag, text, 'words whose quotes are closed');
  });

/** Texts of a flag that may be given more than once. */
export const texts = (argument: string): OptionKind<readonly string[]> => ({
  argument,
  repeated: true,
  read: (_, given) => z.array(z.string()).parse(given ?? []),
});

/** An option that is a setting of the experiment under a flag of its own. */
export type SettingKind = OptionKind<readonly GivenSetting[]> & { readonly isSetting: true };

export const isSetting = (kind: OptionKind<unknown>): kind is SettingKind => 'isSetting' in kind;

/** "no-log" as the name of a value: "noLog". */
export const camelCase = (flag: string): string =>
  flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Text that a setting of the experiment of the flag's own name is set to. */
export const setting = (argument: string, choices?: readonly string[]): SettingKind => ({
  ...single(argument, (flag, given) => {
    const value = readText(flag, given, choices ? alternatives(choices) : argument);
    return value === null ? [] : [{ option: `--${flag}`, text: `${camelCase(flag)}=${value}` }];
  }),
  isSetting: true,
  ...(choices && { choices }),
});

/** One of a list of names; `initial` where the flag is absent. */
export const oneOf = <const T extends string, const I extends T | null>(
  argument: string,
  choices: readonly T[],
  initial: I,
): OptionKind<T | I> => ({
  ...single(argument, (flag, given) => {
    if (given === undefined) return initial;
    return choices.find((choice) => choice === given) ?? refuse(flag, given, alternatives(choices));
  }),
  choices,
});

const numberIn =
  (isAllowed: (number: number) => boolean, allowed: string): OptionKind<number | null>['read'] =>
  (flag, given) => {
    if (given === undefined) return null;
    const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : Number.NaN;
    return isAllowed(number) ? number : refuse(flag, given, allowed);
  };

/** A number between two others, neither of them; null where the flag is absent. */
export const numberBetween = (argument: string, low: number, high: number): OptionKind<number | null> =>
  single(
    argument,
    numberIn((number) => number > low && number < high, `a number between ${low} and ${high}`),
  );

/** A whole number from `least` to `most`; null where the flag is absent. */
export const wholeNumber = (
  argument: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): OptionKind<number | null> => {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  const isAllowed = (number: number): boolean =>
    Number.isSafeInteger(number) && number >= least && number <= most;
  return single(argument, numberIn(isAllowed, `a whole number ${range}`));
};

/** Columns and rows of a screen. */
export type ScreenSize = { readonly columns: number; readonly rows: number };

/** A screen's size from 40x12 to 400x200; null where the flag is absent. */
export const screenSize = (argument: string): OptionKind<ScreenSize | null> =>
  single(argument, (flag, given) => {
    const size = readText(flag, given, argument);
    if (size === null) return null;
    const [columns, rows] = (/^(\d{1,3})x(\d{1,3})$/.exec(size) ?? []).slice(1).map(Number);
    const allowed = columns >= 40 && columns <= 400 && rows >= 12 && rows <= 200;
    return allowed ? { columns, rows } : refuse(flag, size, '40x12 to 400x200');
  });
