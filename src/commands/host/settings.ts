import { realpathSync, renameSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { replaceFile } from '../../files/index.js';
import {
  fileJsonSchema,
  isThere,
  later,
  parseUserJson,
  readUserFile,
  refuseIssue,
  schemaReference,
  UserError,
} from '../../input/index.js';
import { lineDrawings, paletteNames, themeChoices } from '../../ui/index.js';
import { kernelChoices } from '../line/option-table.js';
import { createPrivateFolder } from './user-folders.js';

const whole = later(() =>
  z.strictObject({
    $schema: schemaReference,
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
      .refine((path) => isAbsolute(path) || /^~(?:\/|$)/.test(path))
      .nullable()
      .meta({ allowed: 'null, an absolute path, or one that begins with ~/' })
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
  }),
);
const schema = later(() => whole.unwrap().partial());

/** What stays from one start to the next. */
export type SettingsValues = Omit<z.output<typeof whole>, '$schema'>;

/** JSON Schema of the settings file. */
export const settingsJsonSchema = (): object => fileJsonSchema('Settings of teachtop', schema.unwrap());

const largestFileBytes = 1024 ** 2;

type FileContent = z.output<typeof schema>;

/** The bytes of a settings file; null where there is none. Errors: UserError. */
const readBytes = (path: string): Buffer | null =>
  isThere(path) ? readUserFile(path, largestFileBytes) : null;

/** What a settings file says. Errors: UserError that names file and key. */
const parseSettings = (bytes: Buffer, path: string): FileContent => {
  const content = parseUserJson(bytes, path);
  const parsed = schema.safeParse(content);
  if (!parsed.success) throw refuseIssue(parsed.error.issues[0], content, whole.unwrap().shape, () => path);
  return parsed.data;
};

/** Refuses keys that the dashboard could not have, which is loaded only for a file that has any. Errors: UserError. */
const refuseKeys = async ({ keys = {} }: FileContent, path: string): Promise<void> => {
  if (Object.keys(keys).length === 0) return;
  const { keyProblem } = await import('../../ui/index.js');
  const problem = keyProblem(keys);
  if (problem !== null) throw new UserError(`${path}: key "keys": ${problem}`);
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
  /** Null where there is no folder for it. */
  readonly path: string | null;
  readonly #warn: (line: string) => void;
  #values: SettingsValues = defaultSettings;
  /** Why the file is not written any more; null while it is. */
  #problem: string | null;
  #isTold = false;

  private constructor(path: string | null, warn: (line: string) => void, problem: string | null = null) {
    this.path = path;
    this.#warn = warn;
    this.#problem = problem;
  }

  /**
   * Reads the file in this folder, if both are there. `folder`: an error where none is to be had. A broken file is kept
   * beside under a new name, one that cannot be read is left alone; `warn` gets a line.
   */
  static async open(folder: string | UserError, warn: (line: string) => void): Promise<Settings> {
    if (typeof folder !== 'string') return new Settings(null, warn, folder.message);
    const settings = new Settings(join(folder, 'settings.json'), warn);
    await settings.#read();
    return settings;
  }

  get values(): SettingsValues {
    return this.#values;
  }

  /** Changes are written to what the file says now: another program may have changed other values. */
  update(change: Partial<SettingsValues>): void {
    this.#values = { ...this.#values, ...change };
    try {
      if (this.path !== null && this.#problem === null) write(this.path, change);
    } catch (error) {
      this.#problem = `${this.path}: not writable (${reasonOf(error)})`;
    }
    if (this.#problem !== null && !this.#isTold)
      this.#tell(`${this.#problem}; settings hold for this run only`);
  }

  async #read(): Promise<void> {
    const { path } = this;
    if (path === null) return;
    let bytes: Buffer | null;
    try {
      bytes = readBytes(path);
    } catch (error) {
      this.#doWithout(reasonOf(error));
      return;
    }
    if (bytes === null) return;
    try {
      const content = parseSettings(bytes, path);
      await refuseKeys(content, path);
      this.#values = Object.assign({}, defaultSettings, content);
    } catch (error) {
      this.#setAside(path, reasonOf(error));
    }
  }

  #setAside(path: string, problem: string): void {
    const kept = `${path}.broken-${Date.now()}`;
    try {
      renameSync(path, kept);
      this.#warn(`${problem}; defaults are used and the file is kept as ${kept}`);
    } catch {
      this.#doWithout(problem);
    }
  }

  /** Leaves the file as it is, for this run. */
  #doWithout(problem: string): void {
    this.#problem = problem;
    this.#tell(`${problem}; defaults are used`);
  }

  #tell(line: string): void {
    this.#isTold = true;
    this.#warn(line);
  }
}

/** Nobody but its user is told by a file's mode; a link to a file stays one. Errors: those of the file system, UserError. */
const write = (path: string, change: Partial<SettingsValues>): void => {
  const bytes = readBytes(path);
  const content: FileContent = bytes ? parseSettings(bytes, path) : {};
  createPrivateFolder(dirname(path));
  replaceFile(
    bytes ? realpathSync(path) : path,
    `${JSON.stringify({ ...content, ...change }, null, '\t')}\n`,
    0o600,
  );
};

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0];
