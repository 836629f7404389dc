import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../input/index.js';
import { type Preset, readPreset, shippedPresets } from './preset.js';

const ending = '.json';

/** Names that are files on every system, and no path. */
const nameRule = /^[a-z0-9][a-z0-9_-]{0,39}$/i;

/** All presets that have a name, and why files were passed over, each in a sentence that names it. */
type PresetList = { readonly presets: readonly Preset[]; readonly skipped: readonly string[] };

/** The presets that have names: those of the package, and after them those in a folder of the user's own. */
export class PresetShelf {
  /** Null where there is no such folder to be had; else it need not exist. */
  readonly folder: string | null;

  constructor(folder: string | null) {
    this.folder = folder;
  }

  /** All there are. A file of the user's own that cannot be read is passed over. */
  list(): PresetList {
    const presets = shippedPresets.list();
    const skipped: string[] = [];
    for (const name of this.ownNames()) {
      try {
        presets.push(readPreset(this.#path(name), name, true));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        skipped.push(error.message);
      }
    }
    return { presets, skipped };
  }

  /** Names of all, without reading them. */
  names(): readonly string[] {
    return [...shippedPresets.names(), ...this.ownNames()];
  }

  /** Names of the user's own presets, without reading them; a shipped one's name is not among them. */
  ownNames(): readonly string[] {
    if (this.folder === null || !existsSync(this.folder)) return [];
    const shipped = shippedPresets.names();
    return readdirSync(this.folder)
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
      .filter((name) => nameRule.test(name) && !shipped.includes(name))
      .sort((a, b) => a.localeCompare(b, 'en'));
  }

  /** A preset by its name, or any preset file by its path. Errors: UserError naming the file, or the nearest name. */
  load(nameOrPath: string): Preset {
    const own = this.ownNames();
    return own.includes(nameOrPath)
      ? readPreset(this.#path(nameOrPath), nameOrPath, true)
      : shippedPresets.load(nameOrPath, own);
  }

  /** Where a preset of the user's own of this name stands. Errors: UserError for a name that it cannot have. */
  pathFor(name: string): string {
    if (this.folder === null) throw new UserError('there is no folder for presets of your own');
    if (!nameRule.test(name))
      throw new UserError('a name is of letters, digits, - and _, begins with neither of the two, up to 40');
    if (shippedPresets.names().includes(name))
      throw new UserError(`"${name}" is the name of a shipped preset`);
    return this.#path(name);
  }

  #path(name: string): string {
    return join(this.folder ?? '', `${name}${ending}`);
  }
}
