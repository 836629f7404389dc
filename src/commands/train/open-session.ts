import { programName } from '../../package/index.js';
import { startRun } from '../../run/index.js';
import { LiveSession } from '../../session/index.js';
import type { Context } from '../command-row.js';
import { askedEngine } from '../engine-request.js';
import { planOf, withSettings } from './plan.js';

/** A session with the command line's choices; nothing runs yet. Errors: UserError where a log has no folder to lie in. */
export const openSession = (
  { options, settings, presets, logParent }: Context,
  { record = options.record }: { readonly record?: boolean } = {},
): LiveSession => {
  // A run that goes on has its folder; a new one is refused before it starts.
  if (record && options.resume === null) logParent();
  return new LiveSession({
    program: programName(),
    engine: askedEngine(options),
    dataFolder: options.dataFolder,
    threshold: options.threshold ?? settings.values.threshold,
    logParent,
    record,
    planOf: (preset, changed) => planOf(presets.load(preset), withSettings(changed)),
    startRun,
    now: () => new Date(),
  });
};
