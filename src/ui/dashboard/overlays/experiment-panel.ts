import {
  type SettingRow,
  type Sheet,
  settingRows,
  withoutChange,
  withStep,
  withTyped,
} from '../../../experiment/index.js';
import type { Overlay } from '../view.js';

export type ExperimentPanel = Extract<Overlay, { kind: 'experiment' }>;

const quiet = { said: '', isProblem: false };

/** The panel as it opens on the settings of a run. `said`: what is to be known before they are changed. */
export const openPanel = (run: string, sheet: Sheet, said: string): ExperimentPanel => ({
  ...{ kind: 'experiment', run, sheet, query: '', chosen: null, field: null },
  ...{ ...quiet, said },
});

/** How well a setting fits a search: 0 as well as can be, -1 not at all. */
const fitOf = ({ key, aliases, about, value, isChanged }: SettingRow, words: readonly string[]): number => {
  const names = [key, ...aliases].map((name) => name.toLowerCase());
  const text = `${names.join(' ')} ${about} ${value} ${isChanged ? 'changed' : ''}`.toLowerCase();
  if (!words.every((word) => text.includes(word))) return -1;
  const [word = ''] = words;
  if (names.includes(word)) return 0;
  return names.some((name) => name.startsWith(word)) ? 1 : 2;
};

/** Settings that have every word of the query, the search for a name before that for what it says. */
export const searchSettings = ({ sheet, query }: ExperimentPanel): readonly SettingRow[] => {
  const words = query
    .toLowerCase()
    .split(' ')
    .filter((word) => word !== '');
  return settingRows(sheet)
    .map((row) => ({ row, fit: fitOf(row, words) }))
    .filter(({ fit }) => fit >= 0)
    .sort((a, b) => (words.length === 0 ? 0 : a.fit - b.fit))
    .map(({ row }) => row);
};

/** The place of the chosen setting among those that are found: the first where it is none of them. */
export const settingAt = (found: readonly SettingRow[], { chosen }: ExperimentPanel): number =>
  Math.max(
    0,
    found.findIndex(({ key }) => key === chosen),
  );

/** The chosen setting; undefined where the search finds none. */
export const chosenSetting = (panel: ExperimentPanel): SettingRow | undefined => {
  const found = searchSettings(panel);
  return found[settingAt(found, panel)];
};

/** With the choice moved; what was being typed is left. */
export const moveSetting = (panel: ExperimentPanel, by: number): ExperimentPanel => {
  const found = searchSettings(panel);
  const at = Math.max(0, Math.min(found.length - 1, settingAt(found, panel) + by));
  return { ...panel, ...quiet, field: null, chosen: found[at]?.key ?? null };
};

const withSheet = (panel: ExperimentPanel, chosen: string, sheet: Sheet): ExperimentPanel => ({
  ...panel,
  ...quiet,
  ...{ sheet, chosen, field: null },
});

/** With the chosen setting at its next value, or the one before. */
export const stepSetting = (panel: ExperimentPanel, direction: 1 | -1): ExperimentPanel => {
  const row = chosenSetting(panel);
  return row ? withSheet(panel, row.key, withStep(panel.sheet, row.key, direction)) : panel;
};

/** With what has been typed as the chosen setting's value; where it is none, with the reason. */
export const takeTyped = (panel: ExperimentPanel): ExperimentPanel => {
  const row = chosenSetting(panel);
  if (!row || panel.field?.of !== 'value') return panel;
  const changed = withTyped(panel.sheet, row.key, panel.field.text.trim());
  return typeof changed === 'string'
    ? { ...panel, said: changed, isProblem: true }
    : withSheet(panel, row.key, changed);
};

/** Characters that begin a value: no name of a setting begins with one. `=` stands before values that are words. */
const beginsValue = /^[\d.[{"=-]/;

/** With text typed: into the field that is open, else into the search, or as a value of the chosen setting. */
export const typeIntoPanel = (panel: ExperimentPanel, change: (text: string) => string): ExperimentPanel => {
  const { field, query } = panel;
  if (field) {
    const text = change(field.text);
    return {
      ...panel,
      ...quiet,
      field: field.text === '' && text === '' ? null : { ...field, text, isAsked: false },
    };
  }
  const typed = change('');
  const row = chosenSetting(panel);
  if (row && beginsValue.test(typed))
    return {
      ...panel,
      ...quiet,
      chosen: row.key,
      field: { of: 'value', text: typed.replace(/^=/, ''), isAsked: false },
    };
  const next = change(query);
  // Nothing to erase: what has been changed is taken back.
  if (query === '' && next === '')
    return row ? withSheet(panel, row.key, withoutChange(panel.sheet, row.key)) : panel;
  return { ...panel, ...quiet, query: next, chosen: null };
};
