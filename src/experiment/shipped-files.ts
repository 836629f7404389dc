import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isShown, nearestName, shown, UserError } from '../input/index.js';
import { packageFile } from '../package/index.js';

/** Most bytes of a preset's or a sweep's file. */
export const largestFileBytes = 1024 ** 2;

/** A text of one line without what would reach the terminal and show nothing: controls, and what turns text around. */
export const oneLine = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u)
  .refine(isShown);

/** The field of a file that says why one would run it. */
export const showsField = oneLine.describe('the figure or statement of the paper that it shows');

const ending = '.json';

type Kind<File> = {
  /** What one of them is called. */
  readonly noun: string;
  /** Where the package has them. */
  readonly folder: string;
  /** Names that come first in lists; the others follow by name. */
  readonly order?: readonly string[];
  /** `name`: null for one that is not shipped. Errors: UserError naming the path. */
  readonly read: (path: string, name: string | null) => File;
};

/** Files of one kind: those that the package ships, which have names, and any other by its path. */
export class ShippedFiles<File> {
  readonly #kind: Kind<File>;

  constructor(kind: Kind<File>) {
    this.#kind = kind;
  }

  /** All that are shipped. */
  list(): File[] {
    return this.names().map((name) => this.#kind.read(this.#path(name), name));
  }

  /**
   * One by its name, or any by its path. `otherNames`: what else may have been meant. Errors: UserError naming the file,
   * or the nearest name.
   */
  load(nameOrPath: string, otherNames: readonly string[] = []): File {
    const { noun, read } = this.#kind;
    const names = this.names();
    if (names.includes(nameOrPath)) return read(this.#path(nameOrPath), nameOrPath);
    if (existsSync(nameOrPath)) return read(nameOrPath, null);
    if (nameOrPath.includes('/') || nameOrPath.endsWith(ending))
      throw new UserError(`${noun} ${shown(nameOrPath)}: no such file`);
    const nearest = nearestName(nameOrPath, [...names, ...otherNames]);
    const advice =
      nearest === undefined ? `shipped ${noun}s: ${names.join(', ')}` : `did you mean "${nearest}"?`;
    throw new UserError(`${noun} ${shown(nameOrPath)}: neither a shipped ${noun} nor a file; ${advice}`);
  }

  /** Their names, in the order of the list. */
  names(): string[] {
    const { folder, order = [] } = this.#kind;
    const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
    return readdirSync(packageFile(folder))
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
      .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b, 'en'));
  }

  #path(name: string): string {
    return join(packageFile(this.#kind.folder), `${name}${ending}`);
  }
}
