import { findConflict } from './combinations.js';
import {
  type Experiment,
  type ExperimentOptions,
  experimentFields,
  optionsSchema,
  referenceAliases,
  theoryDataSize,
} from './experiment.js';
import { allowedValues, refuseIssue, refuseKey, refuseValue, shown } from './refusal.js';
import { UserError } from './user-error.js';

/** A setting as it was given: its value, under which name, and in which file or option. */
type Given = { readonly value: unknown; readonly name: string; readonly origin: string };

/** Settings on their way to an experiment, by canonical key, each with where it came from. Not yet validated. */
export type ExperimentDraft = {
  /** The file or option to name when a setting that nobody gave is at fault. */
  readonly origin: string;
  readonly given: ReadonlyMap<string, Given>;
};

const knownKeys = [...Object.keys(experimentFields), ...Object.keys(referenceAliases)];
const defaultMulti = 5;

const canonicalKey = (name: string, origin: string): string => {
  if (Object.hasOwn(experimentFields, name)) return name;
  if (Object.hasOwn(referenceAliases, name)) return referenceAliases[name];
  throw refuseKey(origin, name, knownKeys);
};

/** Collects settings given together; a key given both ways, or twice, is refused. */
const collect = (settings: readonly (readonly [string, unknown])[], origin: string): Map<string, Given> => {
  const given = new Map<string, Given>();
  for (const [name, value] of settings) {
    const key = canonicalKey(name, origin);
    const other = given.get(key);
    if (other !== undefined)
      throw new UserError(
        `${origin}: key "${name}": got it twice (also as "${other.name}"), allowed: one of the two`,
      );
    given.set(key, { value, name, origin });
  }
  const n = given.get('n');
  const multi = given.get('multi');
  if (n && multi)
    throw refuseValue(origin, 'n', `${shown(n.value)} and multi ${shown(multi.value)}`, 'one of the two');
  return given;
};

/** Reads options under our names or the reference's. Errors: UserError for unknown or repeated keys. */
export const draftExperiment = (options: unknown, origin: string): ExperimentDraft => {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw refuseValue(origin, 'experiment', shown(options), 'an object of settings');
  return { origin, given: collect(Object.entries(options), origin) };
};

const parseSetting = (text: string, option: string): readonly [string, unknown] => {
  const at = text.indexOf('=');
  if (at < 1) throw new UserError(`${option}: got ${shown(text)}, allowed: key=value`);
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
};

/**
 * The draft with `key=value` settings in place of what it held; a value is JSON where it parses, else text.
 * Setting `n` takes back `multi` and the other way round. Errors: UserError naming `option` and the key.
 */
export const applySettings = (
  draft: ExperimentDraft,
  settings: readonly string[],
  option = '--set',
): ExperimentDraft => {
  return overlay(
    draft,
    collect(
      settings.map((text) => parseSetting(text, option)),
      option,
    ),
  );
};

/** The draft with these options in place of what it held; see `applySettings`. Errors: UserError naming `origin`. */
export const overrideDraft = (draft: ExperimentDraft, options: unknown, origin: string): ExperimentDraft =>
  overlay(draft, draftExperiment(options, origin).given);

const overlay = (draft: ExperimentDraft, changes: ReadonlyMap<string, Given>): ExperimentDraft => {
  const given = new Map(draft.given);
  if (changes.has('n')) given.delete('multi');
  if (changes.has('multi')) given.delete('n');
  for (const [key, change] of changes) given.set(key, change);
  return { origin: draft.origin, given };
};

/** n, and with it the width as a multiple of m, from whichever of the two was given. */
const resolveWidth = (m: number, n: number | undefined, multi: number | undefined) =>
  n === undefined
    ? { n: Math.floor(m * (multi ?? defaultMulti)), multi: multi ?? defaultMulti }
    : { n, multi: n / m };

/** The experiment that a draft describes, defaults filled in. Errors: UserError naming file or option and key. */
export const completeExperiment = ({ origin, given }: ExperimentDraft): Experiment => {
  const originOf = (key: string): string => given.get(key)?.origin ?? origin;
  const nameOf = (key: string): string => given.get(key)?.name ?? key;
  const options = Object.fromEntries([...given].map(([key, { value }]) => [key, value]));
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) throw refuseIssue(parsed.error.issues[0], options, experimentFields, originOf, nameOf);
  const settings = parsed.data;
  const width = resolveWidth(settings.m, settings.n, settings.multi);
  if (width.n < 1 || width.n > 10_000) {
    const got = `${shown(settings.multi)}, which makes n=${width.n} at m=${settings.m}`;
    throw refuseValue(originOf('multi'), nameOf('multi'), got, 'n from 1 to 10000');
  }
  const experiment: Experiment = {
    ...settings,
    ...width,
    bias: settings.noBias ? 0 : settings.bias,
    trainSize: settings.theoryData ? theoryDataSize(settings) : settings.trainSize,
  };
  const conflict = findConflict(experiment);
  if (conflict)
    throw refuseValue(originOf(conflict.key), nameOf(conflict.key), conflict.got, conflict.allowed);
  return experiment;
};

/** A validated experiment from options; see `draftExperiment` and `completeExperiment`. */
export const resolveExperiment = (options: ExperimentOptions, origin: string): Experiment =>
  completeExperiment(draftExperiment(options, origin));

/** Reads back an experiment that was resolved before, as a log's header holds it, with both `n` and `multi`. */
export const restoreExperiment = (stored: unknown, origin: string): Experiment => {
  if (typeof stored !== 'object' || stored === null || !('n' in stored) || !('multi' in stored))
    throw refuseValue(origin, 'experiment', shown(stored), 'a resolved experiment with n and multi');
  const { multi, ...rest } = stored;
  const parsed = experimentFields.multi.safeParse(multi);
  if (!parsed.success || parsed.data === undefined)
    throw refuseValue(origin, 'multi', shown(multi), allowedValues(experimentFields.multi));
  return { ...completeExperiment(draftExperiment(rest, origin)), multi: parsed.data };
};
