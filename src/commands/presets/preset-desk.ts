import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applySettings, changedTitle, type Preset, type PresetShelf } from '../../experiment/index.js';
import { replaceFile } from '../../files/index.js';
import { isUserError } from '../../input/index.js';
import { packageFile } from '../../package/index.js';
import type { ExperimentDesk } from '../../ui/index.js';
import { createPrivateFolder } from '../host/user-folders.js';
import { planOf, withSettings } from '../train/plan.js';

/** Characters of a title that a preset's file may have. */
const longestTitle = 60;

/** What a preset's file says of the preset with these settings in place of its own. */
const fileOf = (preset: Preset, name: string, settings: readonly string[]): object => {
  const { look, shows, interventions, breakpoints } = preset;
  const title = changedTitle(preset.title, settings);
  const { given } = applySettings(preset.draft, settings);
  return {
    $schema: pathToFileURL(packageFile('schemas/preset.schema.json')).href,
    title: title.length <= longestTitle ? title : `${name}: ${preset.title}`.slice(0, longestTitle),
    ...{ look, shows },
    experiment: Object.fromEntries([...given].map(([key, { value }]) => [key, value])),
    ...(interventions.length > 0 ? { interventions } : {}),
    ...(breakpoints.length > 0 ? { breakpoints } : {}),
  };
};

/** The presets as a dashboard shows them, and what becomes of changed settings there. Mutable. */
export class PresetDesk implements ExperimentDesk {
  readonly start: ExperimentDesk['start'];
  readonly #shelf: PresetShelf;
  #presets: readonly Preset[];

  /** `start`: starts a run; `warn`: told of each preset of the user's own that cannot be read. */
  constructor(shelf: PresetShelf, start: ExperimentDesk['start'], warn: (line: string) => void) {
    this.#shelf = shelf;
    this.start = start;
    const { presets, skipped } = shelf.list();
    for (const reason of skipped) warn(`skipped: ${reason}`);
    this.#presets = presets;
  }

  get presets(): readonly Preset[] {
    return this.#presets;
  }

  load(preset: string): Preset {
    return this.#shelf.load(preset);
  }

  problem({ preset, settings }: Parameters<ExperimentDesk['problem']>[0]): string | null {
    try {
      planOf(this.load(preset), withSettings(settings));
      return null;
    } catch (error) {
      if (!isUserError(error)) throw error;
      return error.message;
    }
  }

  has(name: string): boolean {
    return existsSync(this.#shelf.pathFor(name));
  }

  save(name: string, { preset, settings }: Parameters<ExperimentDesk['save']>[1]): string {
    const path = this.#shelf.pathFor(name);
    const text = `${JSON.stringify(fileOf(this.load(preset), name, settings), null, 2)}\n`;
    createPrivateFolder(dirname(path));
    replaceFile(existsSync(path) ? realpathSync(path) : path, text);
    this.#presets = this.#shelf.list().presets;
    return path;
  }
}
