import { listPresets } from '../../experiment/index.js';
import type { Session } from '../../protocol/index.js';
import { LogShelf } from '../../session/index.js';
import { chosenKeys, type DashboardOptions } from '../../ui/index.js';
import type { Context } from '../command-row.js';
import { appearanceOn, terminalTraits } from '../host/terminal-traits.js';

/**
 * How a dashboard is shown on this terminal, with this user's preferences. `goOnWith`: goes on with the stopped run of a
 * folder in place of the one that is trained; null where none is.
 */
export const dashboardOptions = (
  { host, options, settings, logParent }: Context,
  session: Session,
  signal: AbortSignal,
  goOnWith: LogShelf['goOnWith'] = null,
): DashboardOptions => {
  const traits = terminalTraits(host, options, settings.values);
  const { theme, palette, ...appearance } = appearanceOn(traits, options, settings.values);
  return {
    session,
    presets: listPresets(),
    preferences: {
      theme,
      palette,
      threshold: options.threshold ?? settings.values.threshold,
      framesPerSecond: options.framesPerSecond ?? settings.values.framesPerSecond,
      drawing: traits.drawing,
      lines: settings.values.lines,
      mouse: options.mouse || settings.values.mouse,
    },
    onPreferences: (changed) => settings.update(changed),
    keys: chosenKeys(settings.values.keys),
    stdin: host.stdin,
    stdout: host.stdout,
    appearance,
    clock: () => performance.now(),
    runs: new LogShelf(logParent, () => performance.now(), goOnWith),
    signal,
  };
};
