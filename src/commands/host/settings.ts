import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import * as z from 'zod';
import { readUserJson, refuseIssue, UserError } from '../../input/index.js';
import { keyProblem, paletteNames, themeChoices } from '../../ui/index.js';

const shape = {
  /** Name of the preset that ran last: the one that a start without a name runs again. */
  lastPreset: z.string().max(4096).nullable(),
  theme: z.enum(themeChoices),
  palette: z.enum(paletteNames),
  drawing: z.enum(['auto', 'utf8', 'ascii']),
  threshold: z.number().gt(0).lt(1).meta({ allowed: 'a number between 0 and 1' }),
  framesPerSecond: z.number().min(1).max(60),
  mouse: z.boolean(),
  /** Folder for the logs instead of the platform's data folder. */
  logFolder: z.string().max(4096).nullable(),
  /** Keys of one's own, by action. */
  keys: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .meta({ allowed: 'an object of actions, each with a key or a list of keys' }),
};
const schema = z.strictObject(shape);

/** What stays from one start to the next. */
export type SettingsValues = z.output<typeof schema>;

const largestFileBytes = 1024 ** 2;

/** What is wrong with a settings file, in a line that names file and key; null where nothing is. */
const problemIn = (path: string): string | null => {
  try {
    const content = readUserJson(path, largestFileBytes);
    const parsed = schema.partial().safeParse(content);
    if (!parsed.success) return refuseIssue(parsed.error.issues[0], content, shape, () => path).message;
    const problem = keyProblem(parsed.data.keys ?? {});
    return problem === null ? null : `${path}: key "keys": ${problem}`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
};

export const defaultSettings: SettingsValues = {
  lastPreset: null,
  theme: 'auto',
  palette: 'okabe-ito',
  drawing: 'auto',
  threshold: 0.95,
  framesPerSecond: 12,
  mouse: false,
  logFolder: null,
  keys: {},
};

/** The settings file. A change that cannot be written is kept for this run and reported once. */
export class Settings {
  readonly path: string;
  readonly #warn: (line: string) => void;
  #store: Conf<SettingsValues> | null;
  #values: SettingsValues;

  /** Opens or creates the file in this folder. A broken one is kept beside under a new name; `warn` gets a line. */
  constructor(folder: string, warn: (line: string) => void) {
    this.path = join(folder, 'settings.json');
    this.#warn = warn;
    const { store, values } = this.#open(folder);
    this.#store = store;
    this.#values = values;
  }

  get values(): SettingsValues {
    return this.#values;
  }

  update(change: Partial<SettingsValues>): void {
    this.#values = { ...this.#values, ...change };
    try {
      this.#store?.set(change);
    } catch (error) {
      this.#store = null;
      this.#warn(`${this.path}: not writable, settings hold for this run only (${reasonOf(error)})`);
    }
  }

  #open(folder: string): { store: Conf<SettingsValues> | null; values: SettingsValues } {
    try {
      const problem = existsSync(this.path) ? problemIn(this.path) : null;
      if (problem !== null) this.#setAside(problem);
      const store = new Conf<SettingsValues>({ cwd: folder, configName: 'settings' });
      return { store, values: { ...defaultSettings, ...store.store } };
    } catch (error) {
      this.#warn(`${this.path}: not readable, defaults are used (${reasonOf(error)})`);
      return { store: null, values: defaultSettings };
    }
  }

  #setAside(problem: string): void {
    const kept = `${this.path}.broken-${Date.now()}`;
    renameSync(this.path, kept);
    this.#warn(`${problem}; defaults are used and the file is kept as ${kept}`);
  }
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0];
