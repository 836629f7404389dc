import type { Session } from '../../protocol/index.js';
import { LogShelf } from '../../session/index.js';
import { chosenKeys, type DashboardOptions, type ExperimentDesk } from '../../ui/index.js';
import type { Context } from '../command-row.js';
import { appearanceOn, terminalTraits } from '../host/terminal-traits.js';
import { PresetDesk } from '../presets/preset-desk.js';

/** How another run is begun from a dashboard; null where it cannot be. */
type Beginnings = {
  /** Goes on with the stopped run of a folder in place of the one that is trained. */
  readonly goOnWith: LogShelf['goOnWith'];
  /** Starts a preset with settings of its own. */
  readonly start: ExperimentDesk['start'] | null;
};

/** How a dashboard is shown on this terminal, with this user's preferences. */
export const dashboardOptions = (
  { host, options, settings, presets, warn, logParent }: Context,
  session: Session,
  signal: AbortSignal,
  { goOnWith, start }: Beginnings,
): DashboardOptions => {
  const traits = terminalTraits(host, options, settings.values);
  const desk = new PresetDesk(presets, (changed) => start?.(changed), warn);
  const { theme, palette, ...appearance } = appearanceOn(traits, options, settings.values);
  return {
    session,
    presets: () => desk.presets,
    ...(start ? { desk } : {}),
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
