import { UserError } from '../../input/index.js';

/** The value of a flag in words for sbatch, behind it or in the next word; undefined where the word is another flag. */
const valueIn = (flags: readonly string[], at: number, pattern: RegExp): string | undefined => {
  const value = pattern.exec(flags[at])?.[1];
  return value === '' ? (flags[at + 1] ?? '') : value;
};

/** The clusters that flags for sbatch name: -M, --clusters; null where they name none. */
export const clustersIn = (flags: readonly string[]): string | null => {
  for (const at of flags.keys()) {
    const value = valueIn(flags, at, /^(?:-M|--clusters?)=?(.*)$/);
    if (value !== undefined) return value || null;
  }
  return null;
};

/**
 * The flags for sbatch of an array of `tasks`, those of the user with them, of whom "--array=%N" is the number of tasks
 * that run at once. Errors: UserError for other arrays, and for what keeps sbatch from submitting the sweep's script at once.
 */
export const arrayFlags = (flags: readonly string[], tasks: number): string[] => {
  let atOnce = '';
  const others: string[] = [];
  for (let at = 0; at < flags.length; at++) {
    const array = valueIn(flags, at, /^(?:-a|--array)(?=$|[=\d%-])=?(.*)$/);
    if (/^(?:-W|--wait|--wrap|--test-only)(?:$|=)/.test(flags[at]))
      throw new UserError(
        `--slurm: got ${flags[at]}, allowed: flags with which sbatch submits the sweep and ends`,
      );
    if (array === undefined) others.push(flags[at]);
    else if (/^%[1-9]\d*$/.test(array)) {
      atOnce = array;
      if (!flags[at].endsWith(array)) at++;
    } else
      throw new UserError(
        `--slurm: got the array ${array}, allowed: --array=%N for N tasks at once; the sweep counts its tasks itself`,
      );
  }
  return [`--array=0-${tasks - 1}${atOnce}`, ...others];
};
