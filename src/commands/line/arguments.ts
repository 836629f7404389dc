import { UserError } from '../../input/index.js';
import { camelCase } from './option-kinds.js';
import { optionTable } from './option-table.js';

type Value = string | boolean | readonly string[];

/** A command line taken apart. */
export type Arguments = {
  readonly words: readonly string[];
  /** By the flag's name, that of "no-log" false under "log": texts, of one that may be repeated lists. Unknown ones too. */
  readonly flags: Readonly<Record<string, Value>>;
};

const negativeNumber = /^-(?:\d+(?:\.\d+)?|\.\d+)$/;

/** Whether an argument is a word, or can be the text of the flag before it. */
const isText = (arg: string | undefined): boolean =>
  arg !== undefined && (!arg.startsWith('-') || negativeNumber.test(arg));

/**
 * Takes a command line apart by the table of options: `--flag TEXT`, `--flag=TEXT`, `--no-flag`, `-f`; after `--` words.
 * Errors: UserError where a flag has a text and its "no-" is there too.
 */
export const takeApart = (args: readonly string[]): Arguments => {
  const words: string[] = [];
  const flags = new Map<string, Value>();
  let at = 0;

  const refuseBoth = (name: string): never => {
    throw new UserError(`--${name}: got it with --no-${name}, allowed: one of the two`);
  };

  const take = (name: string, text: string | undefined): void => {
    const row = optionTable.find(({ flag }) => camelCase(flag) === name);
    if (row === undefined || row.argument === null) {
      const isSwitched = text === undefined && ['true', 'false'].includes(args[at]);
      flags.set(name, (isSwitched ? args[at++] : (text ?? 'true')) === 'true');
      return;
    }
    const given = text ?? (isText(args[at]) ? args[at++] : '');
    const before = flags.get(name);
    if (before === false) refuseBoth(row.flag);
    flags.set(name, row.kind.repeated ? [...(Array.isArray(before) ? before : []), given] : given);
  };

  const takeLetters = (letters: string): void => {
    for (const letter of /^[a-z]+$/i.test(letters) ? letters : letters[0]) {
      const row = optionTable.find(({ short }) => short === letter);
      flags.set(row ? camelCase(row.flag) : letter, true);
    }
  };

  while (at < args.length) {
    const arg = args[at++];
    const [, no, long, text] = /^--(?!$)(no-)?([^=]*)(?:=(.*))?$/s.exec(arg) ?? [];
    if (arg === '--') return { words: [...words, ...args.slice(at)], flags: Object.fromEntries(flags) };
    if (no !== undefined && text === undefined) {
      if (typeof flags.get(camelCase(long)) === 'string') refuseBoth(long);
      flags.set(camelCase(long), false);
    } else if (long !== undefined) take(camelCase((no ?? '') + long), text);
    else if (arg === '-' || isText(arg)) words.push(arg);
    else takeLetters(arg.slice(1));
  }
  return { words, flags: Object.fromEntries(flags) };
};
