import { UserError } from '../../input/index.js';
import { eachLine, type StoppedLog } from '../../log/index.js';
import { type LiveSession, openStopped } from '../../session/index.js';
import type { Context } from '../command-row.js';
import { planOf } from './plan.js';

/** Starts in a session what a command line asks to run; `showPast`: with what the log says of before. */
export type RunStart = (session: LiveSession, showPast: boolean) => Promise<void> | void;

/** A run of a preset or a preset file, with the command line's settings. Errors: UserError. */
export const presetStart = (name: string, { options, presets }: Context): RunStart => {
  const plan = planOf(presets.load(name), options);
  return (session) => session.start(plan);
};

const refuseOtherPreset = ({ header }: StoppedLog, preset: string | null): void => {
  if (preset !== null && preset !== header.preset)
    throw new UserError(
      `--resume: got a run of ${header.preset}, not of ${preset}, allowed: its own preset, or none`,
    );
};

/** A run that stopped, to go on with in its log. Errors: UserError, also for settings, which are the log's. */
export const stoppedStart = async (
  path: string,
  preset: string | null,
  { options, warn }: Context,
): Promise<RunStart> => {
  if (path === '') throw new UserError("--resume: got nothing after it, allowed: a run's folder or log");
  const [setting] = options.settings;
  if (setting)
    throw new UserError(`${setting.option}: got it with --resume, allowed: the settings that the run has`);
  const engine = options.given.find(({ flag }) => ['engine', 'backend', 'strict'].includes(flag));
  if (engine)
    throw new UserError(`--${engine.flag}: got it with --resume, allowed: the engine that the run has`);
  if (options.interventions.length + options.breakpoints.length > 0)
    throw new UserError('--at, --break: got one with --resume, allowed: the interventions that the run has');
  const { log: stopped, lock } = await openStopped(path, options.record);
  try {
    refuseOtherPreset(stopped, preset);
  } catch (error) {
    lock?.release();
    throw error;
  }
  for (const note of stopped.notes) warn(`${stopped.folder}: ${note}`);
  return async (session, showPast) => {
    if (showPast) await eachLine(path, ({ line }) => session.showLogged(line));
    else session.showLogged(stopped.header);
    session.resume(stopped, lock);
  };
};
