import { changedTitle, changesAsSettings, type SettingRow, sheetProblem } from '../../../experiment/index.js';
import type { Pieces } from '../../screen/panel-frame.js';
import { type Drawing, printableText, shorten } from '../../terminal/drawing.js';
import { columnsOf, padded } from '../../terminal/text-width.js';
import { scrollWindow } from '../scene.js';
import { type ExperimentPanel, searchSettings, settingAt } from './experiment-panel.js';
import { type OverlayText, plain, wrapped } from './overlay-text.js';

/** Columns of a setting's name, and of its value where what it is stands beside. */
const keyColumns = 21;
const valueColumns = 16;
/** Columns from which on what a setting is stands beside it. */
const leastAbout = 58;
/** Lines from which on there is room to tell all of the chosen setting. */
const roomy = 12;

const valueWords = (
  { field }: ExperimentPanel,
  row: SettingRow,
  isChosen: boolean,
  drawing: Drawing,
): string => {
  if (isChosen && field?.of === 'value') return `${printableText(field.text, drawing)}_`;
  const value = row.value === '' ? 'none' : printableText(row.value, drawing);
  return isChosen ? `${drawing.left} ${value} ${drawing.right}` : value;
};

/** A setting: whether it is changed, its name, its value, and what it is or was. */
const settingLine = (
  panel: ExperimentPanel,
  row: SettingRow,
  isChosen: boolean,
  width: number,
  drawing: Drawing,
): Pieces => {
  const { key, isChanged, presetValue, about } = row;
  const name = padded(`${isChanged ? '*' : ' '} ${key}`, keyColumns + 2);
  const value = valueWords(panel, row, isChosen, drawing);
  const beside = isChanged ? `preset: ${presetValue === '' ? 'none' : presetValue}` : about;
  const isWide = width >= leastAbout && columnsOf(value) <= valueColumns;
  const text = isWide
    ? `${name} ${padded(value, valueColumns)} ${printableText(beside, drawing)}`
    : `${name} ${value}`;
  return plain(
    padded(shorten(text, width, drawing), width),
    isChosen ? 'selected' : isChanged ? 'mark' : 'text',
  );
};

/** What the chosen setting may be, and is elsewhere. */
const factLines = (row: SettingRow, width: number, drawing: Drawing): Pieces[] => {
  const { allowed, initial, presetValue, aliases } = row;
  const facts = [
    `allowed: ${allowed}`,
    `preset: ${presetValue === '' ? 'none' : presetValue}`,
    ...(initial === '' ? [] : [`default: ${initial}`]),
    ...(aliases.length > 0 ? [`published as ${aliases.join(', ')}`] : []),
  ];
  return wrapped(facts.join('; '), width, drawing, 'dim');
};

/** What the keys do now, and what the last one has come to. */
const tellLines = (panel: ExperimentPanel, width: number, drawing: Drawing): Pieces[] => {
  const problem = panel.isProblem ? panel.said : sheetProblem(panel.sheet);
  const told = problem ?? panel.said;
  return told === '' ? [] : wrapped(told, width, drawing, problem === null ? 'mark' : 'alarm').slice(0, 2);
};

const helpWords = ({ field }: ExperimentPanel): string => {
  if (field?.of === 'value') return 'enter takes the value  esc leaves it';
  if (field?.of === 'name') return 'enter saves it in your presets  esc leaves it';
  return "enter starts  left/right change  digits or = type  backspace: the preset's  ctrl-s saves";
};

const inputLine = ({ field, query }: ExperimentPanel, drawing: Drawing): Pieces =>
  field?.of === 'name'
    ? [
        ['save as preset: ', 'dim'],
        [`${printableText(field.text, drawing)}_`, 'key'],
      ]
    : [
        ['search: ', 'dim'],
        query === '' ? ['type to search', 'dim'] : [`${printableText(query, drawing)}_`, 'key'],
      ];

/** The settings that match the search, changed ones marked, with all about the chosen one. */
export const experimentLines = (
  panel: ExperimentPanel,
  width: number,
  height: number,
  drawing: Drawing,
): OverlayText => {
  const found = searchSettings(panel);
  const at = settingAt(found, panel);
  const chosen = found[at];
  const told = tellLines(panel, width, drawing);
  const about = chosen ? wrapped(chosen.about, width, drawing).slice(0, 2) : [];
  const facts = chosen ? factLines(chosen, width, drawing) : [];
  const help = wrapped(helpWords(panel), width, drawing, 'dim');
  const below =
    height >= roomy
      ? [...[...about, ...facts].slice(0, 5), ...told, ...help]
      : [...(told.length > 0 ? told : facts).slice(0, 1), ...help.slice(0, 1)];
  const room = Math.max(1, height - 1 - below.length);
  const { from, to } = scrollWindow(at - Math.floor(room / 2), room, found.length);
  const changed = changesAsSettings(panel.sheet);
  const { title } = panel.sheet.preset;
  return {
    title: shorten(`settings: ${printableText(changedTitle(title, changed), drawing)}`, width, drawing),
    lines: [
      inputLine(panel, drawing),
      ...(found.length === 0 ? [plain('no setting has that', 'alarm')] : []),
      ...found
        .slice(from, to)
        .map((row, index) => settingLine(panel, row, from + index === at, width, drawing)),
      ...below,
    ],
  };
};
