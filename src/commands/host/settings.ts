import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import * as z from 'zod';
import { fileJsonSchema, readUserJson, refuseIssue, schemaReference, UserError } from '../../input/index.js';
import { keyProblem, lineDrawings, paletteNames, themeChoices } from '../../ui/index.js';
import { kernelChoices } from '../line/option-table.js';

const shape = {
  lastPreset: z
    .string()
    .max(4096)
    .nullable()
    .describe('the preset that ran last, which a start without a name runs again'),
  theme: z.enum(themeChoices).describe("for a dark or a light background, or auto: the terminal's own"),
  palette: z.enum(paletteNames).describe('colours of the charts'),
  lines: z
    .enum(lineDrawings)
    .describe('lines of charts: in braille where a chart has few rows, always, or plain'),
  drawing: z.enum(['auto', 'utf8', 'ascii']).describe('characters that charts and frames are drawn with'),
  threshold: z
    .number()
    .gt(0)
    .lt(1)
    .meta({ allowed: 'a number between 0 and 1' })
    .describe('correlation above which a teacher node is specialized'),
  framesPerSecond: z.number().min(1).max(60).describe('most frames a second that the screen shows'),
  mouse: z.boolean().describe('clicks and wheel go to the dashboard, not to the terminal'),
  logFolder: z
    .string()
    .max(4096)
    .nullable()
    .describe("folder for the logs instead of the platform's data folder"),
  kernels: z
    .enum(kernelChoices)
    .describe(
      "widest vectors of the kernels: auto, or simd128, without V8's experimental flag for longer ones",
    ),
  keys: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .meta({ allowed: 'an object of actions, each with a key or a list of keys' })
    .describe('keys of your own, by action'),
};
const schema = z.strictObject({ $schema: schemaReference, ...shape }).partial();

/** What stays from one start to the next. */
export type SettingsValues = { [Key in keyof typeof shape]: z.output<(typeof shape)[Key]> };

/** JSON Schema of the settings file. */
export const settingsJsonSchema = (): object => fileJsonSchema('Settings of teachtop', schema);

const largestFileBytes = 1024 ** 2;

/** What is wrong with a settings file, in a line that names file and key; null where nothing is. */
const problemIn = (path: string): string | null => {
  try {
    const content = readUserJson(path, largestFileBytes);
    const parsed = schema.safeParse(content);
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
  lines: 'auto',
  drawing: 'auto',
  threshold: 0.95,
  framesPerSecond: 12,
  mouse: false,
  logFolder: null,
  kernels: 'auto',
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
