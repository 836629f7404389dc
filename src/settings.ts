import { renameSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import * as z from 'zod';

const shape = {
  /** Name of the preset that ran last: the one that a start without a name runs again. */
  lastPreset: z.string().max(4096).nullable(),
  theme: z.enum(['dark', 'light']),
  drawing: z.enum(['auto', 'utf8', 'ascii']),
  threshold: z.number().gt(0).lt(1),
  framesPerSecond: z.number().min(1).max(60),
  /** Folder for the logs instead of the platform's data folder. */
  logFolder: z.string().max(4096).nullable(),
};
const schema = z.strictObject(shape);

/** What stays from one start to the next. */
export type SettingsValues = z.output<typeof schema>;

export const defaultSettings: SettingsValues = {
  lastPreset: null,
  theme: 'dark',
  drawing: 'auto',
  threshold: 0.95,
  framesPerSecond: 12,
  logFolder: null,
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
    const open = (): Conf<SettingsValues> => new Conf({ cwd: folder, configName: 'settings' });
    try {
      const store = open();
      const parsed = schema.safeParse({ ...defaultSettings, ...store.store });
      if (parsed.success) return { store, values: parsed.data };
      const [issue] = parsed.error.issues;
      this.#setAside(`${issue.path.join('.') || 'its content'}: ${issue.message}`);
    } catch (error) {
      if (!(error instanceof SyntaxError)) {
        this.#warn(`${this.path}: not readable, defaults are used (${reasonOf(error)})`);
        return { store: null, values: defaultSettings };
      }
      this.#setAside(reasonOf(error));
    }
    return { store: open(), values: defaultSettings };
  }

  #setAside(reason: string): void {
    const kept = `${this.path}.broken-${Date.now()}`;
    renameSync(this.path, kept);
    this.#warn(
      `${this.path}: broken settings, defaults are used and the file is kept as ${kept} (${reason})`,
    );
  }
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0];
