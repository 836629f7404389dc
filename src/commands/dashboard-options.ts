import { listPresets } from '../experiment/preset.js';
import type { Session } from '../run/protocol.js';
import type { DashboardOptions } from '../ui/dashboard.js';
import { chosenKeys } from '../ui/key-choice.js';
import type { Context } from './program.js';
import { appearanceOn, terminalTraits } from './terminal-traits.js';

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
