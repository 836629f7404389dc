import { statSync } from 'node:fs';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { listPresets } from '../experiment/index.js';
import { UserError } from '../input/index.js';
import { programName } from '../package/index.js';
import type { Context } from './context.js';
import type { Host } from './host/host.js';
import { printable } from './host/printable.js';
import { Settings } from './host/settings.js';
import { canDraw } from './host/terminal-traits.js';
import { type CommandName, commandTable } from './line/command-table.js';
import { readOptions } from './line/options.js';
import type { Beginning } from './start/beginning.js';

const paths = envPaths('teachtop', { suffix: '' });

const refuseWords = (command: string, words: readonly string[]): void => {
  if (words.length > 0) throw new UserError(`${command}: got "${words[0]}", which it does not take`);
};

const help = async (command: string | undefined): Promise<string> => {
  const { commandHelp, helpText } = await import('./line/help.js');
  const row = commandTable.find(({ name }) => name === command);
  return row ? commandHelp(row) : helpText();
};

const presets = ({ out }: Context, words: readonly string[]): number => {
  refuseWords('presets', words);
  const all = listPresets();
  const width = Math.max(...all.map(({ name }) => name.length));
  all.forEach(({ name, title, look, shows }, index) => {
    const key = index < 9 ? String(index + 1) : ' ';
    out(
      `${key} ${name.padEnd(width)}  ${title}\n  ${' '.repeat(width)}  ${look}\n  ${' '.repeat(width)}  ${shows}`,
    );
  });
  return 0;
};

const parity = async ({ options, out }: Context, words: readonly string[]): Promise<number> => {
  const { runParity } = await import('./parity.js');
  const asked = options.settings.findLast(({ option }) => option === '--precision')?.text;
  const single = asked === 'precision=float32' || (asked === undefined && options.engine === 'tfjs');
  const choice = {
    engine: options.engine,
    strict: options.strict,
    precision: single ? ('float32' as const) : ('float64' as const),
  };
  return runParity(words, choice, out);
};

const verify = async ({ options, out }: Context, words: readonly string[]): Promise<number> => {
  if (words.length !== 1)
    throw new UserError(`verify: got ${words.length} paths, allowed: one run's folder or log`);
  const { verifyLog } = await import('./verify.js');
  return verifyLog(words[0], options.dataFolder, out);
};

const sweep = async (context: Context, words: readonly string[]): Promise<number> => {
  const { runSweep } = await import('./sweep.js');
  return runSweep(context, words);
};

/** What a job array's tasks call; not for people. */
const sweepTask = async (context: Context, words: readonly string[]): Promise<number> => {
  const { runSweepTask } = await import('./sweep.js');
  return runSweepTask(context, words);
};

const report = async ({ options, out }: Context, words: readonly string[]): Promise<number> => {
  const { runReport } = await import('./report.js');
  const choice = { threshold: options.threshold ?? 0.95, earlyEpoch: options.earlyEpoch ?? 5 };
  return runReport(words, options.outFolder ?? 'teachtop-report', choice, out);
};

const watch = async (context: Context, words: readonly string[]): Promise<number> => {
  const { runWatch } = await import('./watch.js');
  return runWatch(context, words);
};

const exportLog = async (context: Context, words: readonly string[]): Promise<number> => {
  const { runExport } = await import('./export.js');
  return runExport(context, words);
};

const doctor = async (context: Context, words: readonly string[]): Promise<number> => {
  refuseWords('doctor', words);
  const { runDoctor } = await import('./doctor.js');
  return runDoctor(context);
};

const completion = async ({ out }: Context, words: readonly string[]): Promise<number> => {
  const { completionScript } = await import('./line/completion-script.js');
  out(completionScript(words));
  return 0;
};

const man = async ({ out }: Context, words: readonly string[]): Promise<number> => {
  refuseWords('man', words);
  const { manPage } = await import('./line/man-page.js');
  out(manPage());
  return 0;
};

/** The preset to run: the one named, else the last one if it is still there, else the quick start. */
const presetName = ({ options, settings }: Context): string => {
  refuseWords(options.words[0], options.words.slice(1));
  const [named] = options.words;
  const { lastPreset } = settings.values;
  if (named !== undefined) return named;
  const known = listPresets().some(({ name }) => name === lastPreset);
  return lastPreset !== null && (known || statSync(lastPreset, { throwIfNoEntry: false })?.isFile())
    ? lastPreset
    : 'quick-start';
};

const beginning = async (context: Context): Promise<Beginning> => {
  const { beginPreset, beginStopped } = await import('./start/beginning.js');
  const { resume, words } = context.options;
  if (resume === null) return beginPreset(presetName(context), context);
  refuseWords(words[0], words.slice(1));
  return beginStopped(resume, words[0] ?? null, context);
};

const run = async (context: Context): Promise<number> => {
  const begin = await beginning(context);
  if (canDraw(context)) {
    const { runDashboard } = await import('./dashboard.js');
    return runDashboard(context, begin);
  }
  const { runHeadless } = await import('./headless.js');
  return runHeadless(context, begin);
};

type Command = (context: Context, words: readonly string[]) => number | Promise<number>;

const commands: Readonly<Record<CommandName | 'sweep-task', Command>> = {
  presets,
  parity,
  verify,
  sweep,
  'sweep-task': sweepTask,
  report,
  watch,
  export: exportLog,
  doctor,
  completion,
  man,
};

const isCommand = (word: string | undefined): word is keyof typeof commands =>
  word !== undefined && Object.hasOwn(commands, word);

const dispatch = async (
  host: Host,
  out: (line: string) => void,
  warn: (line: string) => void,
): Promise<number> => {
  const options = readOptions(host.args, import.meta);
  if (options.help || options.version) {
    out(options.help ? await help(options.words[0]) : programName());
    return 0;
  }
  const settings = new Settings(paths.config, warn);
  const logParent = options.logFolder ?? settings.values.logFolder ?? join(paths.data, 'runs');
  const context: Context = { host, options, settings, out, warn, logParent };
  const [command, ...words] = options.words;
  return isCommand(command) ? commands[command](context, words) : run(context);
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
  // A reader that has gone (`| head`, a closed terminal) is no failure of ours: the run ends quietly with its
  // log whole.
  host.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') warn(error.message);
  });
  // With the terminal gone there is nobody left to tell; an unheard error would end the process here.
  host.stderr.on('error', () => undefined);
  try {
    return await dispatch(host, out, warn);
  } catch (error) {
    if (error instanceof UserError) {
      warn(error.message);
      return 2;
    }
    warn(error instanceof Error ? error.message : String(error));
    return 1;
  }
};
