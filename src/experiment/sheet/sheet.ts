import type * as z from 'zod';
import { allowedValues, isUserError, shown } from '../../input/index.js';
import { settingsToComplete } from '../complete.js';
import { applyOptions, completeExperiment, type ExperimentDraft, fieldsOf } from '../draft.js';
import { type Experiment, referenceAliases } from '../experiment.js';
import type { Preset } from '../preset.js';
import { steppedValue } from './setting-steps.js';

/** A preset's settings on their way to a run of their own: what is to be otherwise. */
export type Sheet = {
  readonly preset: Preset;
  /** Settings in place of the preset's; never both `n` and `multi`. */
  readonly changes: ReadonlyMap<string, unknown>;
};

/** A setting as a list shows it. */
export type SettingRow = {
  readonly key: string;
  /** Its value now, as it would be given; empty where it has none. */
  readonly value: string;
  /** Its value in the preset, and where nothing is said of it. */
  readonly presetValue: string;
  readonly initial: string;
  readonly isChanged: boolean;
  readonly allowed: string;
  readonly about: string;
  /** The published scripts' names for it. */
  readonly aliases: readonly string[];
};

/** What the lines of the settings say of where they come from. */
const origin = 'settings';

/** A value as `--set` takes it. */
const textOf = (value: unknown): string => {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** A text as `--set` reads it: JSON where it parses, else itself. */
const parsedText = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const draftOf = ({ preset, changes }: Sheet): ExperimentDraft => {
  const { given } = applyOptions(preset.draft, Object.fromEntries(changes), origin);
  return { origin, given: new Map([...given].map(([key, one]) => [key, { ...one, origin }])) };
};

/** The sheet's experiment; where it is none, why in a line. */
const completed = (sheet: Sheet): Experiment | string => {
  try {
    return completeExperiment(draftOf(sheet));
  } catch (error) {
    if (!isUserError(error)) throw error;
    return error.message;
  }
};

const defaultOf = (field: z.ZodType): unknown => {
  const parsed = field.safeParse(undefined);
  return parsed.success ? parsed.data : undefined;
};

/** An experiment's settings as they would be given, both widths among them. */
const valuesIn = (experiment: Experiment): Readonly<Record<string, unknown>> => {
  const { settings, multi } = settingsToComplete(experiment, origin);
  return { ...settings, multi };
};

/** Every setting's value: of the experiment, where the sheet makes one; else as it is given, or by default. */
const valuesOf = (sheet: Sheet): Readonly<Record<string, unknown>> => {
  const experiment = completed(sheet);
  if (typeof experiment !== 'string') return valuesIn(experiment);
  const defaults = Object.entries(fieldsOf(sheet.preset.draft)).map(([key, field]) => [
    key,
    defaultOf(field),
  ]);
  const given = [...draftOf(sheet).given].map(([key, { value }]) => [key, value]);
  return Object.fromEntries([...defaults, ...given]);
};

const aliasesOf = (key: string): string[] =>
  Object.entries(referenceAliases).flatMap(([alias, target]) => (target === key ? [alias] : []));

/** All settings that the sheet's kind of experiment has, in the order of the documentation. */
export const settingRows = (sheet: Sheet): SettingRow[] => {
  const now = valuesOf(sheet);
  const before = valuesOf({ ...sheet, changes: new Map() });
  return Object.entries(fieldsOf(sheet.preset.draft))
    .filter(([key]) => key !== 'kind')
    .map(([key, field]) => ({
      key,
      value: textOf(now[key]),
      presetValue: textOf(before[key]),
      initial: textOf(defaultOf(field)),
      isChanged: sheet.changes.has(key),
      allowed: allowedValues(field),
      about: field.description ?? '',
      aliases: aliasesOf(key),
    }));
};

/** What a setting is without the change: the preset's own, or the default. */
const ownValue = ({ preset }: Sheet, key: string): unknown => {
  const given = preset.draft.given.get(key);
  return given ? given.value : defaultOf(fieldsOf(preset.draft)[key]);
};

/** Settings that exclude each other. */
const rivals: Readonly<Record<string, string>> = { n: 'multi', multi: 'n' };

/** With a setting as the preset has it. */
export const withoutChange = (sheet: Sheet, key: string): Sheet => {
  const changes = new Map(sheet.changes);
  changes.delete(key);
  return { ...sheet, changes };
};

const withChange = (sheet: Sheet, key: string, value: unknown): Sheet => {
  const changes = new Map(sheet.changes);
  changes.delete(rivals[key]);
  const isOwn = textOf(ownValue(sheet, key)) === textOf(value) && !sheet.preset.draft.given.has(rivals[key]);
  if (value === undefined || isOwn) changes.delete(key);
  else changes.set(key, value);
  return { ...sheet, changes };
};

/** With a setting changed to what has been typed; why not, in a line, where that is no value of it. */
export const withTyped = (sheet: Sheet, key: string, text: string): Sheet | string => {
  const field = fieldsOf(sheet.preset.draft)[key];
  const value = parsedText(text);
  return field.safeParse(value).success
    ? withChange(sheet, key, value)
    : `${key}: got ${shown(value)}, allowed: ${allowedValues(field)}`;
};

/** With a setting at its next value, or the one before. */
export const withStep = (sheet: Sheet, key: string, direction: 1 | -1): Sheet => {
  const field = fieldsOf(sheet.preset.draft)[key];
  const canBeLeftOut = defaultOf(field) === undefined && !sheet.preset.draft.given.has(key);
  const before = valuesOf(sheet)[key];
  const value = steppedValue(field, before, direction, canBeLeftOut);
  return value === before ? sheet : withChange(sheet, key, value);
};

/** Why the sheet makes no experiment, in a line; null where it does. */
export const sheetProblem = (sheet: Sheet): string | null => {
  const experiment = completed(sheet);
  return typeof experiment === 'string' ? experiment : null;
};

/** The changes as `--set` takes them. */
export const changesAsSettings = ({ changes }: Sheet): string[] =>
  [...changes].map(([key, value]) => `${key}=${textOf(value)}`);

const inOrder = (values: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.entries(values).sort(([a], [b]) => a.localeCompare(b, 'en')));

/**
 * The sheet of a run: its preset with as few changes as give its experiment again. Null where the preset is of another
 * kind of experiment.
 */
export const sheetOf = (preset: Preset, experiment: Experiment): Sheet | null => {
  const fields = fieldsOf(preset.draft);
  if (!fields.kind.safeParse(experiment.kind).success) return null;
  const values = valuesIn(experiment);
  const before = valuesOf({ preset, changes: new Map() });
  const sheetWith = (keys: readonly string[]): Sheet => ({
    preset,
    changes: new Map(keys.map((key) => [key, values[key]])),
  });
  const isSame = (keys: readonly string[]): boolean => inOrder(valuesOf(sheetWith(keys))) === inOrder(values);
  const differing = Object.keys(fields).filter((key) => textOf(values[key]) !== textOf(before[key]));
  // The width is said once: as the multiple, where that gives it exactly.
  const [multiple, nodes] = ['n', 'multi'].map((other) => differing.filter((key) => key !== other));
  const all = isSame(multiple) ? multiple : nodes;
  // What follows from another change is no change of its own.
  const needed = all.reduceRight<readonly string[]>((keys, key) => {
    const others = keys.filter((each) => each !== key);
    return isSame(others) ? others : keys;
  }, all);
  return sheetWith(needed);
};
