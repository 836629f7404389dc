import { join } from 'node:path';
import { PresetShelf } from '../experiment/index.js';
import { alternatives, shown, UserError } from '../input/index.js';
import { programName } from '../package/index.js';
import type { Context } from './command-row.js';
import { commandTable, publicCommands } from './command-table.js';
import { printable } from './host/printable.js';
import { type Host, isReaderGone } from './host/process-host.js';
import { Settings } from './host/settings.js';
import { createPrivateFolder, UserFolders } from './host/user-folders.js';
import { readOptions } from './line/options.js';
import { refuseOptions } from './line/refuse-options.js';
import { refuseWords } from './line/refuse-words.js';

const isNamed = (word: string | undefined): boolean => word !== undefined && word !== '';

/** The help of a command, or of all where the word is another. */
const help = async (name: string | undefined): Promise<string> => {
  const { commandHelp, helpText } = await import('./line/help.js');
  const row = isNamed(name) ? publicCommands.find((command) => command.name === name) : undefined;
  return row ? commandHelp(row) : helpText(publicCommands);
};

/** The command that `teachtop help` is asked about; none for all. Errors: UserError for another word. */
const helpTopic = ([name, ...others]: readonly string[]): string | undefined => {
  refuseWords(`help ${name}`, others);
  const names = publicCommands.map((command) => command.name);
  if (name === undefined || names.includes(name)) return name;
  throw new UserError(`help: got ${shown(name)}, allowed: ${alternatives(names.filter(isNamed))}`);
};

/** The folder of the runs' logs: the one that is asked for, else the program's own. Errors: UserError where there is none. */
const logFolderOf = (asked: string | null, folders: UserFolders): string => {
  if (asked !== null) return folders.expand(asked);
  const own = folders.locate('logs');
  if (own instanceof UserError) throw own;
  try {
    createPrivateFolder(own);
  } catch {
    // Whoever writes there says that it cannot be done.
  }
  return join(own, 'runs');
};

const dispatch = async (
  host: Host,
  out: (line: string) => void,
  warn: (line: string) => void,
): Promise<number> => {
  const folders = new UserFolders(host.environment);
  const options = readOptions(host.args, (path) => folders.expand(path));
  const [first, ...rest] = options.words;
  if (options.help || first === 'help') {
    out(await help(first === 'help' ? helpTopic(rest) : first));
    return 0;
  }
  if (options.version) {
    out(programName());
    return 0;
  }
  const settingsFolder = folders.locate('settings');
  const settings = await Settings.open(settingsFolder, warn);
  if ((options.kernels ?? settings.values.kernels) === 'simd128')
    (await import('../engine/index.js')).keepNarrow();
  const logParent = (): string => logFolderOf(options.logFolder ?? settings.values.logFolder, folders);
  const context: Context = {
    ...{ host, options, settings, folders, out, warn, logParent },
    presets: new PresetShelf(settingsFolder instanceof UserError ? null : join(settingsFolder, 'presets')),
    commands: publicCommands,
  };
  const named = isNamed(first) ? commandTable.find(({ name }) => name === first) : undefined;
  if (named && !named.isInternal) refuseOptions(named.name, options);
  const { run } = await (named ?? commandTable[0]).load();
  return run(context, named ? rest : options.words);
};

/**
 * Runs the program to its exit code: 0 done, 1 a run or check failed, 2 unusable arguments or input, 128 + n
 * on signal n.
 */
export const runProgram = async (host: Host): Promise<number> => {
  const out = (line: string): void => {
    host.stdout.write(`${printable(line)}\n`);
  };
  const warn = (line: string): void => {
    host.stderr.write(`teachtop: ${printable(line)}\n`);
  };
  let isUnwritten = false;
  // A reader that has gone (`| head`, a closed terminal) is no failure of ours: the run ends quietly with its
  // log whole.
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isReaderGone(error)) return;
    if (!isUnwritten) warn(`standard output: cannot be written (${error.message})`);
    isUnwritten = true;
  });
  // With the terminal gone there is nobody left to tell; an unheard error would end the process here.
  host.stderr.on('error', () => undefined);
  try {
    const exitCode = await dispatch(host, out, warn);
    // Errors of what was written last are told in another turn.
    await new Promise(setImmediate);
    return isUnwritten && exitCode === 0 ? 1 : exitCode;
  } catch (error) {
    if (error instanceof UserError) {
      warn(error.message);
      return 2;
    }
    warn(error instanceof Error ? error.message : String(error));
    return 1;
  }
};
