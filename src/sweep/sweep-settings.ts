import {
  applyOptions,
  applySettings,
  draftExperiment,
  type ExperimentDraft,
  fieldsOf,
} from '../experiment/index.js';
import { allowedValues, refuseValue, shown } from '../input/index.js';
import { baseDraft } from './expand.js';
import type { Sweep } from './sweep-file.js';

/** Settings from the command line, each with the option that it came from. */
export type GivenSettings = readonly { readonly option: string; readonly text: string }[];

/** Settings that decide the same thing: a width cannot be given where the grid varies the other one. */
const rivals: Readonly<Record<string, string>> = { n: 'multi', multi: 'n' };

/** The one setting of a text, under its own name. Errors: UserError for what cannot hold for all runs. */
const readSetting = (
  { option, text }: GivenSettings[number],
  shared: ExperimentDraft,
  varied: ReadonlySet<string>,
) => {
  const [[key, { value }]] = applySettings({ origin: option, given: new Map() }, [text], option).given;
  if (key === 'seed' || varied.has(key) || varied.has(rivals[key]))
    throw refuseValue(option, key, shown(value), "what the sweep's file does not vary");
  const fields = fieldsOf(shared);
  if (Object.hasOwn(fields, key) && !fields[key].safeParse(value).success)
    throw refuseValue(option, key, shown(value), allowedValues(fields[key]));
  return { key, value };
};

/**
 * The sweep with the settings of its base written out, as if its file said so: a folder of it needs the base no more.
 * Errors: UserError naming the file and the key.
 */
export const withBase = (sweep: Sweep, base: ExperimentDraft): Sweep => {
  const { origin, file } = sweep;
  const { given } = applyOptions(base, file.experiment, origin);
  const experiment = Object.fromEntries([...given].map(([key, { value }]) => [key, value]));
  return { ...sweep, file: { ...file, base: null, experiment } };
};

/**
 * The sweep with these settings in place of what all its runs share, as if its file said so. Errors: UserError naming
 * the option for one that is unknown, impossible, or varied by the sweep.
 */
export const withSettings = (sweep: Sweep, settings: GivenSettings): Sweep => {
  if (settings.length === 0) return sweep;
  const { origin, file } = sweep;
  const namesOf = (options: Readonly<Record<string, unknown>>) => draftExperiment(options, origin).given;
  const base = baseDraft(sweep);
  const varied = new Set(namesOf(file.grid).keys());
  const shared = new Map([...namesOf(file.experiment)].map(([key, { value }]) => [key, value]));
  for (const setting of settings) {
    const { key, value } = readSetting(setting, base, varied);
    shared.delete(rivals[key]);
    shared.set(key, value);
  }
  // What came by way of JSON is JSON.
  const experiment = Object.fromEntries(shared) as Sweep['file']['experiment'];
  return { ...sweep, file: { ...file, experiment } };
};
