import { listPresets } from '../../experiment/index.js';
import type { Session } from '../../protocol/index.js';
import { chosenKeys, type DashboardOptions } from '../../ui/index.js';
import type { Context } from '../command-row.js';
import { appearanceOn, terminalTraits } from '../host/terminal-traits.js';

/** How a dashboard is shown on this terminal, with this user's preferences. */
export const dashboardOptions = (
  { host, options, settings }: Context,
  session: Session,
  signal: AbortSignal,
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
    signal,
  };
};
