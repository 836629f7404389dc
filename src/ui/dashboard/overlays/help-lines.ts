import { partialFrom } from '../../../store/index.js';
import { keyWidth } from '../../screen/key-help.js';
import type { KeyBinding } from '../../screen/key-rows.js';
import type { Pieces } from '../../screen/panel-frame.js';
import { type Drawing, drawings, shorten } from '../../terminal/drawing.js';
import type { Mode } from '../actions/actions.js';
import type { Layout } from '../layout.js';
import { scrollWindow } from '../scene.js';
import type { FocusId } from '../view.js';
import { type OverlayText, textSizeIn, wholeBox, wrapped } from './overlay-text.js';

/** What the panels show: a live run, or a log. */
export type BaseMode = Extract<Mode, 'panels' | 'watch'>;

/** What the focused panel shows, and the keys that are about it. */
const panelHelp: Readonly<Record<FocusId, string>> = {
  loss:
    'Training and evaluation loss over the run; the band is the range of the minibatches. left and right go through ' +
    'the frames, x reads values, z and Z zoom, a changes the axis, S smooths.',
  curves:
    'The best match of every teacher node over the run, strong to weak, and the threshold. left and right go through ' +
    'the frames, x reads values, z and Z zoom, o draws strips or lines, a changes the axis of lines, S smooths.',
  teachers:
    'A row a teacher node, strong to weak: its strength, its best correlation with a student node, how that went, since ' +
    'when it is specialized and by which student node; = and & share that with a node that is alike, or another. up and down scroll, t changes the threshold.',
  matrix:
    'Correlation of every teacher node (row, strong to weak) with every student node (column, ordered so that ' +
    'specialization is a diagonal; many fold into one). Arrows ask about a cell, enter shows its history, w unfolds, m ' +
    'shows observability, and H and beta where the run has them, t changes the threshold.',
  events: 'What happened, newest first, each with its step. up and down scroll, { and } go there.',
};

/** Signs and abbreviations of the screen. */
const signs = ({
  one,
  several,
  lost,
  partial,
  unlearned,
  norm,
  span,
  students,
  beads,
  record,
}: Drawing): readonly (readonly [string, string])[] => [
  [one, 'a teacher node that one student node matches above the threshold'],
  [several, 'one that several student nodes match: the fruit of over-realization'],
  [
    `${partial} ${unlearned} ${lost}`,
    `one on its way, ${partialFrom} to the threshold; one that is unlearned; one that was lost`,
  ],
  [`6 ${partial}`, `a number before a sign: how many; after it, ${partial} t10-14,18: which teacher nodes`],
  [`t6${several}2`, 'teacher node 6, which two student nodes match'],
  [
    `${students.above} ${students.below}`,
    'a student node that is above the threshold for a teacher node; one that is not',
  ],
  [norm, "norm of a node's fan-out weights: a teacher node's strength"],
  ['5x', 'five student nodes a teacher node'],
  ['m n d c', 'teacher nodes, student nodes, inputs, outputs'],
  ['t3 s2', 'teacher node 3, student node 2; L1: hidden layer 1'],
  ['since, by', 'the step since which a node is specialized without a break; the student that holds it'],
  ['vs ctl', "the run's best match less the control's; = where both are the same bit for bit"],
  [span, 'range of the minibatch losses'],
  [beads.evaluation, 'on the line of the evaluation loss, which the training loss may cover'],
  ['+345', 'steps that the run is beyond the frame on display'],
  ['p 2', 'marks of one column stand below each other, below alike ones how many there are'],
  [`${record}REC`, 'the run is being recorded; no log: it is not'],
  ['B, t 0.9', 'it pauses by itself; another threshold than 0.95'],
  ['PAST, LOG', 'a frame of the run so far, or of a log, is on display: which one, of how many'],
  ['now, mean', 'steps a second: of the last second while it trains; else all steps by all of the time'],
];

/** Sections of the help that keys stand in, in the order of the table. */
const groupsOf = (keys: readonly KeyBinding<Mode>[]): readonly string[] => [
  ...new Set(keys.map(({ group }) => group)),
];

const modesOf = (base: BaseMode): readonly Mode[] =>
  base === 'watch' ? ['watch', 'runs', 'experiment'] : ['panels', 'perturb', 'presets', 'runs', 'experiment'];

const keyLine = (key: string, text: string, width: number, drawing: Drawing): Pieces[] => {
  const [first, ...more] = wrapped(text, width - keyWidth, drawing);
  const label: Pieces[number] = [`${shorten(key, keyWidth - 1, drawing)} `.padEnd(keyWidth), 'key'];
  return [[label, ...first], ...more.map((line): Pieces => [[' '.repeat(keyWidth), 'dim'], ...line])];
};

/** The focused panel, every key that does something in sections, and every sign. */
const allHelp = (
  base: BaseMode,
  focus: FocusId,
  width: number,
  drawing: Drawing,
  keys: readonly KeyBinding<Mode>[],
): Pieces[] => {
  const heading = (text: string): Pieces => [[text, 'title']];
  const modes = modesOf(base);
  const described = keys.filter(
    ({ when, description }) => description !== '' && when.some((mode) => modes.includes(mode)),
  );
  const sections = groupsOf(described).flatMap((group): Pieces[] => [
    [],
    heading(group),
    ...described
      .filter((row) => row.group === group)
      .flatMap(({ label, description }) => keyLine(label, description, width, drawing)),
  ]);
  return [
    heading(`here: ${focus}`),
    ...wrapped(panelHelp[focus], width, drawing),
    ...sections,
    [],
    heading('signs'),
    ...signs(drawing).flatMap(([sign, meaning]) => keyLine(sign, meaning, width, drawing)),
  ];
};

/** The furthest that the help scrolls on a screen. */
export const lastHelpScroll = ({
  base,
  focus,
  keys,
  layout,
}: {
  readonly base: BaseMode;
  readonly focus: FocusId;
  readonly layout: Layout | null;
  readonly keys: readonly KeyBinding<Mode>[];
}): number => {
  if (!layout) return 0;
  const { columns, rows } = textSizeIn(wholeBox(layout));
  return Math.max(0, allHelp(base, focus, columns, drawings.ascii, keys).length - rows);
};

/** The help from the scroll position on, `height` lines of it. */
export const helpLines = (
  base: BaseMode,
  focus: FocusId,
  scroll: number,
  width: number,
  height: number,
  drawing: Drawing,
  keys: readonly KeyBinding<Mode>[],
): OverlayText => {
  const all = allHelp(base, focus, width, drawing, keys);
  const { from, to } = scrollWindow(scroll, height, all.length);
  const more = to - from < all.length ? `  ${from + 1}-${to} of ${all.length}, up and down scroll` : '';
  return { title: `help${more}`, lines: all.slice(from, to) };
};
