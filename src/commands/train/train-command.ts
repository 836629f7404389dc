import { existsSync, statSync } from 'node:fs';
import { nearestName, UserError } from '../../input/index.js';
import { isResumable } from '../../protocol/index.js';
import type { Context, RunCommand } from '../command-row.js';
import { takeKeysEarly } from '../host/early-keys.js';
import { canDraw, streamsLog } from '../host/terminal-traits.js';
import { refuseOptions } from '../line/refuse-options.js';
import { refuseWords } from '../line/refuse-words.js';
import { runPath } from '../runs/run-path.js';
import { prepareLogFolder } from './log-folder.js';
import { presetStart, type RunStart, stoppedStart } from './run-start.js';

/** What runs where nobody has asked for anything yet. */
const firstPreset = 'quick-start';

/** The preset to run: the one named, else the last one if it is still there and whole, else the first. */
const presetName = ({ settings, presets, warn }: Context, named: string | undefined): string => {
  const { lastPreset } = settings.values;
  if (named !== undefined) return named;
  if (lastPreset === null) return firstPreset;
  const isThere =
    presets.names().includes(lastPreset) || statSync(lastPreset, { throwIfNoEntry: false })?.isFile();
  if (!isThere) return firstPreset;
  try {
    return presets.load(lastPreset).name;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(`${error.message}; ${firstPreset} runs in place of this last preset`);
    return firstPreset;
  }
};

const startOf = async (context: Context, named: string | undefined): Promise<RunStart> => {
  const { resume } = context.options;
  return resume === null
    ? presetStart(presetName(context, named), context)
    : stoppedStart(resume === '' ? '' : await runPath(resume, context, isResumable), named ?? null, context);
};

/**
 * Refuses a word that is neither a preset nor a file, where it is a sweep's name or close to a command's. Errors:
 * UserError with the command that was meant.
 */
const refuseOtherCommands = async ({ commands, presets: shelf }: Context, word: string): Promise<void> => {
  const presets = shelf.names();
  if (presets.includes(word) || existsSync(word)) return;
  const { listSweeps } = await import('../../sweep/index.js');
  const names = commands.map(({ name }) => name).filter((name) => name !== '');
  const nearest = nearestName(word, [...presets, ...names]);
  const meant = listSweeps().some(({ name }) => name === word)
    ? `sweep ${word}`
    : nearest !== undefined && names.includes(nearest)
      ? nearest
      : null;
  if (meant !== null)
    throw new UserError(
      `${JSON.stringify(word)}: neither a command, a shipped preset nor a file; did you mean teachtop ${meant}?`,
    );
};

/** Trains a preset, or goes on with a stopped run: in the dashboard, or in lines where there is no screen. */
export const run: RunCommand = async (context, [named, ...others]) => {
  if (named !== undefined) await refuseOtherCommands(context, named);
  refuseWords(named ?? '', others);
  refuseOptions('', context.options);
  const { logFolder, record, resume } = context.options;
  if (logFolder !== null && record && resume === null && !streamsLog(context)) prepareLogFolder(logFolder);
  // What is typed before the screen is there is for the screen: it is neither echoed nor lost. A log to go on with may
  // take long to read, and ctrl-c is to end that.
  if (canDraw(context) && resume === null) takeKeysEarly(context.host);
  const start = await startOf(context, named);
  if (canDraw(context)) {
    const { runDashboard } = await import('./run-dashboard.js');
    return runDashboard(context, start);
  }
  const { runHeadless } = await import('./run-headless.js');
  return runHeadless(context, start);
};
