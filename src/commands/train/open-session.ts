import { programName } from '../../package/index.js';
import { startRun } from '../../run/index.js';
import { LiveSession } from '../../session/index.js';
import type { Context } from '../command-row.js';
import { planOf } from './plan.js';

/** A session with the command line's choices; nothing runs yet. */
export const openSession = (
  { options, settings, logParent }: Context,
  change: { readonly record?: boolean } = {},
): LiveSession =>
  new LiveSession({
    program: programName(),
    engine: options.engine,
    dataFolder: options.dataFolder,
    strict: options.strict,
    threshold: options.threshold ?? settings.values.threshold,
    logParent,
    record: change.record ?? options.record,
    planOf: (preset) => planOf(preset),
    startRun,
    now: () => new Date(),
  });
