import { alternatives, UserError } from '../../input/index.js';
import { type OptionRow, type Options, optionDefinitions, takesOption } from './option-table.js';

/** A command as a refusal names it; training a preset has no name. */
const shownCommand = (name: string): string => (name === '' ? 'a preset' : name);

const refusal = (flag: string, got: string, allowed: string): UserError =>
  new UserError(`--${flag}: got with ${got}, allowed: with ${allowed}`);

const refuseWithout = (options: Options, { flag, needs }: OptionRow): void => {
  const values: Readonly<Record<string, unknown>> = options;
  if (needs === undefined || values[needs.option] === needs.value) return;
  const rows: Readonly<Record<string, { readonly flag: string }>> = optionDefinitions;
  const other = `--${rows[needs.option].flag}`;
  const value = values[needs.option];
  const got = value === null ? `no ${other}` : `${other} ${value}`;
  throw refusal(flag, got, `${other} ${needs.value}`);
};

/** Refuses an option that the command, or the options beside it, would have ignored. Errors: UserError. */
export const refuseOptions = (command: string, options: Options): void => {
  for (const row of options.given) {
    const { flag, of = [] } = row;
    if (!takesOption(command, row))
      throw refusal(flag, shownCommand(command), alternatives(of.map(shownCommand)));
    refuseWithout(options, row);
  }
};
