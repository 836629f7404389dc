import type * as z from 'zod';
import { refuseIssue, refuseKey, refuseValue, shown, UserError } from '../input/index.js';
import { type Completed, completeMultiLayer, completeTwoLayer, settingsToComplete } from './complete.js';
import type { Conflict } from './conflicts/conflict.js';
import { findConflict } from './conflicts/find-conflict.js';
import {
  type Experiment,
  type ExperimentKind,
  experimentFields,
  type MultiLayerExperiment,
  type MultiLayerOptions,
  optionsSchemas,
  referenceAliases,
  type TwoLayerExperiment,
  type TwoLayerOptions,
} from './experiment.js';

/** A setting as it was given: its value, under which name, and in which file or option. */
type Given = { readonly value: unknown; readonly name: string; readonly origin: string };

/** Settings on their way to an experiment, by canonical key, each with where it came from. Not yet validated. */
export type ExperimentDraft = {
  /** The file or option to name when a setting that nobody gave is at fault. */
  readonly origin: string;
  readonly given: ReadonlyMap<string, Given>;
};

const kinds = Object.keys(optionsSchemas) as ExperimentKind[];
/** All names of settings, each once. */
const knownKeys = (): string[] => [
  ...new Set(kinds.flatMap((kind) => Object.keys(experimentFields(kind)))),
  ...Object.keys(referenceAliases),
];

const canonicalKey = (name: string, origin: string): string => {
  if (kinds.some((kind) => Object.hasOwn(experimentFields(kind), name))) return name;
  if (Object.hasOwn(referenceAliases, name)) return referenceAliases[name];
  throw refuseKey(origin, name, knownKeys());
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
): ExperimentDraft =>
  override(
    draft,
    settings.map((text) => parseSetting(text, option)),
    option,
  );

/** A width as given on the command line: `n`, or `multi`, which is a multiple of the teacher's. */
const widths = ['n', 'multi'] as const;

/**
 * The draft with settings in place of what it held, each with the option that it came from; a later one takes the place
 * of an earlier one of its name. Errors: UserError naming the option and the key, also for `n` beside `multi`.
 */
export const applyGiven = (
  draft: ExperimentDraft,
  settings: readonly { readonly option: string; readonly text: string }[],
): ExperimentDraft => {
  const given = settings.map(({ option, text }) => collect([parseSetting(text, option)], option));
  const [n, multi] = widths.map((key) => given.findLast((one) => one.has(key))?.get(key));
  if (n && multi)
    throw refuseValue(n.origin, 'n', `${shown(n.value)} and multi ${shown(multi.value)}`, 'one of the two');
  return settings.reduce((before, { option, text }) => applySettings(before, [text], option), draft);
};

/** The draft with options in place of what it held; see `applySettings`. Errors: UserError naming `origin` and the key. */
export const applyOptions = (
  draft: ExperimentDraft,
  options: Readonly<Record<string, unknown>>,
  origin: string,
): ExperimentDraft => override(draft, Object.entries(options), origin);

const override = (
  draft: ExperimentDraft,
  settings: readonly (readonly [string, unknown])[],
  origin: string,
): ExperimentDraft => {
  const changes = collect(settings, origin);
  const given = new Map(draft.given);
  if (changes.has('n')) given.delete('multi');
  if (changes.has('multi')) given.delete('n');
  for (const [key, change] of changes) given.set(key, change);
  return { origin: draft.origin, given };
};

/** The kind of experiment that a draft is of. Errors: UserError for one that does not exist. */
const kindOf = ({ given }: ExperimentDraft): ExperimentKind => {
  const kind = given.get('kind');
  if (kind === undefined) return 'two-layer';
  const known = kinds.find((name) => name === kind.value);
  if (known === undefined)
    throw refuseValue(
      kind.origin,
      'kind',
      shown(kind.value),
      kinds.map((name) => JSON.stringify(name)).join(' or '),
    );
  return known;
};

/** The settings that a draft's experiment can have. Errors: UserError for a kind that does not exist. */
export const fieldsOf = (draft: ExperimentDraft): Readonly<Record<string, z.ZodType>> =>
  experimentFields(kindOf(draft));

/** Settings of another kind of experiment are refused by their own name. */
const refuseForeignSettings = ({ given }: ExperimentDraft, kind: ExperimentKind): void => {
  for (const [key, { name, origin, value }] of given)
    if (!Object.hasOwn(experimentFields(kind), key))
      throw refuseValue(origin, name, shown(value), `only in experiments of another kind than "${kind}"`);
};

const completeAs = (kind: ExperimentKind, options: unknown): Completed => {
  if (kind === 'two-layer') {
    const parsed = optionsSchemas[kind].safeParse(options);
    return parsed.success ? completeTwoLayer(parsed.data) : { issue: parsed.error.issues[0] };
  }
  const parsed = optionsSchemas[kind].safeParse(options);
  return parsed.success ? completeMultiLayer(parsed.data) : { issue: parsed.error.issues[0] };
};

/** The experiment that a draft describes, defaults filled in. Errors: UserError naming file or option and key. */
export const completeExperiment = (draft: ExperimentDraft): Experiment => {
  const { origin, given } = draft;
  const originOf = (key: string): string => given.get(key)?.origin ?? origin;
  const nameOf = (key: string): string => given.get(key)?.name ?? key;
  const kind = kindOf(draft);
  refuseForeignSettings(draft, kind);
  const options = Object.fromEntries([...given].map(([key, { value }]) => [key, value]));
  const completed = completeAs(kind, options);
  if ('issue' in completed)
    throw refuseIssue(completed.issue, options, experimentFields(kind), originOf, nameOf);
  const refuse = ({ key, got, allowed }: Conflict): UserError =>
    refuseValue(originOf(key), nameOf(key), got, allowed);
  if ('conflict' in completed) throw refuse(completed.conflict);
  const conflict = findConflict(completed.experiment);
  if (conflict) throw refuse(conflict);
  return completed.experiment;
};

/** A validated experiment from options; see `draftExperiment` and `completeExperiment`. */
export function resolveExperiment(options: TwoLayerOptions, origin: string): TwoLayerExperiment;
export function resolveExperiment(options: MultiLayerOptions, origin: string): MultiLayerExperiment;
export function resolveExperiment(options: TwoLayerOptions | MultiLayerOptions, origin: string): Experiment {
  return completeExperiment(draftExperiment(options, origin));
}

/** Reads back an experiment that was resolved before, as a log's header holds it, what was derived with it. */
export const restoreExperiment = (stored: unknown, origin: string): Experiment => {
  if (typeof stored !== 'object' || stored === null || !('multi' in stored))
    throw refuseValue(origin, 'experiment', shown(stored), 'a resolved experiment');
  const { settings, multi } = settingsToComplete(stored, origin);
  return { ...completeExperiment(draftExperiment(settings, origin)), multi };
};
