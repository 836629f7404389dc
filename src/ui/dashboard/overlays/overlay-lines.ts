import { type PresetSummary, perturbationCatalog } from '../../../protocol/index.js';
import { futureOf } from '../../../words/index.js';
import type { Pieces } from '../../screen/panel-frame.js';
import { type Drawing, printableText, shorten } from '../../terminal/drawing.js';
import { columnsOf, padded, wrapWords } from '../../terminal/text-width.js';
import { scrollWindow } from '../scene.js';
import { type OverlayText, plain, wrapped } from './overlay-text.js';
import { type PerturbMenu, valueProblem } from './perturb-menu.js';
import { searchPresets } from './preset-search.js';

const number = (value: number): string => String(Number(value.toPrecision(4)));

/** A line of the menu and the entry that it belongs to; null of a heading. */
type MenuLine = { readonly entry: number | null; readonly pieces: Pieces };

/** Headings of the sections, the entries, and the values of the chosen one. */
const menuLines = (menu: PerturbMenu, teachers: number, width: number, drawing: Drawing): MenuLine[] => {
  const catalog = perturbationCatalog(teachers);
  return catalog.flatMap(({ group, label, parameters }, entry): MenuLine[] => {
    const chosen = entry === menu.selected;
    const marker = chosen ? `${drawing.right} ` : '  ';
    const text = padded(shorten(marker + label, width, drawing), width);
    return [
      ...(catalog[entry - 1]?.group === group ? [] : [{ entry: null, pieces: plain(group, 'title') }]),
      { entry, pieces: plain(text, chosen ? 'selected' : 'text') },
      ...(chosen ? parameters : []).map((parameter, at) => ({
        entry,
        pieces: parameterLine(menu, parameter, at, drawing),
      })),
    ];
  });
};

/** The perturbations in sections; the chosen one with its values, which can be changed, and what it would do. */
export const perturbLines = (
  menu: PerturbMenu,
  teachers: number,
  preview: string,
  width: number,
  height: number,
  drawing: Drawing,
): OverlayText => {
  const lines = menuLines(menu, teachers, width, drawing);
  const { term } = perturbationCatalog(teachers)[menu.selected];
  const parameters = menu.values[menu.selected].length;
  const roomy = height >= 2 * roomOfOneEntry;
  const problem = valueProblem(menu, teachers);
  const about = problem
    ? wrapped(problem, width, drawing, 'alarm').slice(0, 1)
    : previewLines(preview, width, roomy ? 2 : 1, drawing);
  const room = Math.max(1, height - about.length - (roomy ? 2 : 1));
  const head = lines.findIndex(({ entry }) => entry === menu.selected);
  // The value at hand stays in view whatever the room, then the head and the other values, then the other entries.
  const last = head + (parameters < room ? parameters : menu.parameter + 1);
  const wanted = Math.max(last + 1 - room, Math.min(head, last - Math.floor(room / 2)));
  const { from, to } = scrollWindow(wanted, room, lines.length);
  const help = `enter applies  up/down choose  left/right change  esc closes`;
  return {
    title: `perturb the student  ${menu.selected + 1} of ${menu.values.length}`,
    lines: [
      ...lines.slice(from, to).map(({ pieces }) => pieces),
      ...(roomy ? [plain(shorten(`known as: ${term}`, width, drawing), 'dim')] : []),
      ...about,
      plain(shorten(help, width, drawing), 'dim'),
    ],
  };
};

/** Lines of an entry with two values, what it would do and the help, one each. */
const roomOfOneEntry = 5;

/** What the perturbation would do, in so many lines at most. */
const previewLines = (preview: string, width: number, most: number, drawing: Drawing): Pieces[] => {
  if (preview === '') return [];
  const lines = wrapWords(futureOf(printableText(preview, drawing)), width);
  const last = shorten(lines.slice(most - 1).join(' '), width, drawing);
  return [...lines.slice(0, most - 1), ...(last === '' ? [] : [last])].map((line) => plain(line, 'mark'));
};

const parameterLine = (
  menu: PerturbMenu,
  { name, unit }: { readonly name: string; readonly unit: string },
  at: number,
  drawing: Drawing,
): Pieces => {
  const active = at === menu.parameter;
  const value = number(menu.values[menu.selected][at]);
  const shown = active && menu.typed !== '' ? menu.typed : value;
  const pieces: Pieces = [
    [`    ${name} `, 'dim'],
    [active ? `${drawing.left} ${shown} ${drawing.right}` : `  ${shown}  `, active ? 'key' : 'text'],
    [unit === `${name} node` ? ' (node)' : ` ${unit}`, 'dim'],
  ];
  return pieces;
};

/** Lines of the list with the search and a blank, before anything is said of the chosen preset. */
const leastList = 6;
/** Columns of a title from which on it stands beside the name. */
const leastTitle = 24;

/** The presets that match the search, the running one marked, the chosen one with what it shows. */
export const presetLines = (
  presets: readonly PresetSummary[],
  { query, selected }: { readonly query: string; readonly selected: number },
  running: string | null,
  width: number,
  height: number,
  drawing: Drawing,
): OverlayText => {
  const found = searchPresets(presets, query);
  // Where there is little room the list comes first.
  const about = aboutPreset(found[selected]?.preset, width, drawing).slice(
    0,
    Math.max(0, height - leastList),
  );
  const below = about.length > 0 ? [[], ...about] : [];
  const list = Math.max(3, height - 1 - below.length);
  const { from, to } = scrollWindow(selected - Math.floor(list / 2), list, found.length);
  const rows = found.slice(from, to).map(({ number, preset }, at): Pieces => {
    const key = number <= 9 ? `${number} ` : '  ';
    const mark = preset.name === running ? drawing.right : ' ';
    const title = `${printableText(preset.title, drawing)}${preset.isOwn ? ' (your own)' : ''}`;
    const name = printableText(preset.name, drawing);
    const room = width - columnsOf(name) - 1;
    const whole = padded(shorten(`${mark}${key} ${title}`, room, drawing), room);
    const text = room > leastTitle ? `${whole} ${name}` : `${mark}${key} ${name}`;
    return plain(padded(shorten(text, width, drawing), width), from + at === selected ? 'selected' : 'text');
  });
  const search: Pieces = [
    ['search: ', 'dim'],
    [query === '' ? 'type to search' : `${printableText(query, drawing)}_`, query === '' ? 'dim' : 'key'],
  ];
  const none = found.length === 0 ? [plain('no preset has that', 'alarm')] : [];
  return {
    title: `presets ${found.length} of ${presets.length}`,
    lines: [search, ...none, ...rows, ...below],
  };
};

const aboutPreset = (preset: PresetSummary | undefined, width: number, drawing: Drawing): Pieces[] => {
  if (!preset) return [];
  return [
    ...wrapped(preset.look, width, drawing),
    ...wrapped(`${preset.name}: ${preset.shows}`, width, drawing, 'dim'),
  ];
};
