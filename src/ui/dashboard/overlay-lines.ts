import { type PresetSummary, perturbationCatalog } from '../../protocol/index.js';
import { helpLine, keyWidth } from '../screen/key-help.js';
import type { KeyBinding } from '../screen/key-rows.js';
import type { Pieces } from '../screen/panel-frame.js';
import { type Drawing, drawings, shorten, singleWidth } from '../terminal/drawing.js';
import type { Role } from '../terminal/theme.js';
import type { Mode } from './actions/actions.js';
import { footerHeight, type Layout } from './layout.js';
import { wrapWords } from './panels/events-panel.js';
import { type PerturbMenu, valueProblem } from './perturb-menu.js';
import { searchPresets } from './preset-search.js';
import { scrollWindow } from './scene.js';

/** Text of an overlay: its title and what stands in it, each line of the width asked for at most. */
export type OverlayText = { readonly title: string; readonly lines: readonly Pieces[] };

const plain = (text: string, role: Role = 'text'): Pieces => [[text, role]];

const number = (value: number): string => String(Number(value.toPrecision(4)));

/** The perturbations with their values; the chosen one's value can be changed. */
export const perturbLines = (
  menu: PerturbMenu,
  teachers: number,
  preview: string,
  width: number,
  height: number,
  drawing: Drawing,
): OverlayText => {
  const entries = perturbationCatalog(teachers).flatMap(({ label, parameters }, entry): Pieces[] => {
    const chosen = entry === menu.selected;
    const marker = chosen ? `${drawing.right} ` : '  ';
    const head = plain(shorten(marker + label, width, drawing).padEnd(width), chosen ? 'selected' : 'text');
    if (!chosen) return [head];
    return [head, ...parameters.map((parameter, at) => parameterLine(menu, parameter, at, drawing))];
  });
  const count = menu.values.length;
  const { term } = perturbationCatalog(teachers)[menu.selected];
  const parameters = menu.values[menu.selected].length;
  const roomy = height >= 2 * roomOfOneEntry;
  const about = previewLines(preview, width, drawing).slice(0, roomy ? 2 : 1);
  const room = Math.max(1, height - about.length - (roomy ? 2 : 1));
  // The value at hand stays in view whatever the room, then the head and the other values, then the other entries.
  const last = menu.selected + (parameters < room ? parameters : menu.parameter + 1);
  const wanted = Math.max(last + 1 - room, Math.min(menu.selected, last - Math.floor(room / 2)));
  const { from, to } = scrollWindow(wanted, room, entries.length);
  const problem = valueProblem(menu, teachers);
  const help = `enter applies  up/down choose  left/right change  esc closes`;
  return {
    title: `perturb the student  ${menu.selected + 1} of ${count}`,
    lines: [
      ...entries.slice(from, to),
      ...(roomy ? [plain(shorten(`known as: ${term}`, width, drawing), 'dim')] : []),
      ...about,
      problem ? plain(problem, 'alarm') : plain(shorten(help, width, drawing), 'dim'),
    ],
  };
};

/** Lines of an entry with two values, what it would do and the help, one each. */
const roomOfOneEntry = 5;

/** What the perturbation would do, in the words in which it will be told. */
const previewLines = (preview: string, width: number, drawing: Drawing): Pieces[] =>
  preview === ''
    ? []
    : wrapWords(`now: ${singleWidth(preview, drawing)}`, width)
        .slice(0, 2)
        .map((line) => plain(line, 'mark'));

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

/** The presets that match the search, the chosen one with what to look for and what it shows. */
export const presetLines = (
  presets: readonly PresetSummary[],
  { query, selected }: { readonly query: string; readonly selected: number },
  width: number,
  height: number,
  drawing: Drawing,
): OverlayText => {
  const found = searchPresets(presets, query);
  const about = aboutPreset(found[selected]?.preset, width, drawing);
  const list = Math.max(3, height - about.length - 3);
  const { from, to } = scrollWindow(selected - Math.floor(list / 2), list, found.length);
  const rows = found.slice(from, to).map(({ number, preset }, at): Pieces => {
    const key = number <= 9 ? `${number} ` : '  ';
    const text = ` ${key} ${singleWidth(preset.title, drawing)}`;
    return plain(shorten(text, width, drawing).padEnd(width), from + at === selected ? 'selected' : 'text');
  });
  const search: Pieces = [
    ['search: ', 'dim'],
    [query === '' ? 'type to search' : `${singleWidth(query, drawing)}_`, query === '' ? 'dim' : 'key'],
  ];
  const none = found.length === 0 ? [plain('no preset has that', 'alarm')] : [];
  return {
    title: `presets ${found.length} of ${presets.length}`,
    lines: [search, ...none, ...rows, [], ...about],
  };
};

const aboutPreset = (preset: PresetSummary | undefined, width: number, drawing: Drawing): Pieces[] => {
  if (!preset) return [];
  const wrapped = (text: string, role: Role): Pieces[] =>
    wrapWords(singleWidth(text, drawing), width).map((line) => plain(line, role));
  return [...wrapped(preset.look, 'text'), ...wrapped(`${preset.name}: ${preset.shows}`, 'dim')];
};

/** Columns and rows of an overlay that are not its text: border, padding, title. */
export const overlayChrome = { columns: 4, rows: 3 } as const;

/** Lines of text in an overlay of the greatest height, below the header and above the footer. */
export const overlayTextRows = ({ rows, header }: Pick<Layout, 'rows' | 'header'>): number =>
  rows - header.height - footerHeight - overlayChrome.rows;

/** What the panels show: a live run, or a log. */
export type BaseMode = Extract<Mode, 'panels' | 'watch'>;

const sectionsOf = (base: BaseMode): readonly (readonly [Mode, string])[] =>
  base === 'watch'
    ? [['watch', 'panels']]
    : [
        ['panels', 'panels'],
        ['perturb', 'in the menu of perturbations'],
        ['presets', 'in the list of presets'],
      ];

/** Every key that does something, from the key table. */
const allHelp = (
  base: BaseMode,
  width: number,
  drawing: Drawing,
  keys: readonly KeyBinding<Mode>[],
): Pieces[] =>
  sectionsOf(base).flatMap(([mode, name], at): Pieces[] => {
    const earlier = sectionsOf(base)
      .slice(0, at)
      .map(([each]) => each);
    const rows = keys.filter(
      ({ when }) => when.includes(mode) && !earlier.some((each) => when.includes(each)),
    );
    const heading = at === 0 ? [] : [plain(''), plain(name, 'title')];
    return [...heading, ...rows.map((row) => helpLine(row, width, drawing))];
  });

/** The furthest that the help scrolls on a screen of this layout. */
export const lastHelpScroll = (base: BaseMode, layout: Layout, keys: readonly KeyBinding<Mode>[]): number =>
  Math.max(0, allHelp(base, keyWidth, drawings.ascii, keys).length - overlayTextRows(layout));

/** The keys from the scroll position on, `height` lines of them. */
export const helpLines = (
  base: BaseMode,
  scroll: number,
  width: number,
  height: number,
  drawing: Drawing,
  keys: readonly KeyBinding<Mode>[],
): OverlayText => {
  const all = allHelp(base, width, drawing, keys);
  const { from, to } = scrollWindow(scroll, height, all.length);
  const more = to - from < all.length ? `  ${from + 1}-${to} of ${all.length}, up and down scroll` : '';
  return { title: `keys${more}`, lines: all.slice(from, to) };
};
