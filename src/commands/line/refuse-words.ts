import { UserError } from '../../input/index.js';

/** Refuses words after a command that takes none. Errors: UserError. */
export const refuseWords = (command: string, words: readonly string[]): void => {
  if (words.length > 0) throw new UserError(`${command}: got "${words[0]}", which it does not take`);
};
