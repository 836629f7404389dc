import type { PresetShelf } from '../experiment/index.js';
import type { Host } from './host/process-host.js';
import type { Settings } from './host/settings.js';
import type { UserFolders } from './host/user-folders.js';
import type { Options } from './line/option-table.js';

/** What every command gets: the process, the command line, the settings file and the platform's folders. */
export type Context = {
  readonly host: Host;
  readonly options: Options;
  readonly settings: Settings;
  readonly out: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly folders: UserFolders;
  /** The presets that have names, the user's own among them. */
  readonly presets: PresetShelf;
  /** Folder of the runs' logs. Errors: UserError where there is none. */
  readonly logParent: () => string;
  /** All there are, for those that tell of them. */
  readonly commands: readonly CommandRow[];
};

/** Runs a command on the words after its name. Resolves to the exit code. Errors: UserError for unusable words. */
export type RunCommand = (context: Context, words: readonly string[]) => number | Promise<number>;

/** What a word after a command's name is, for those who complete it. */
export type Operand = 'none' | 'preset' | 'sweep' | 'run' | 'listed-run' | 'file' | 'shell' | 'schema';

/** A command; which options it takes stands in the options' rows. */
export type CommandRow = {
  /** Empty for training a preset, which needs no name. */
  readonly name: string;
  /** What follows the name, as help shows it. */
  readonly words: string;
  readonly operand: Operand;
  readonly text: string;
  /** Loaded only when it is called: a command that shows nothing does not load the screen. */
  readonly load: () => Promise<{ readonly run: RunCommand }>;
  /** Not for people: called by the program itself. */
  readonly isInternal?: boolean;
};
