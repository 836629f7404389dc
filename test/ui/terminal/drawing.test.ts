import { expect, test } from 'vitest';
import { type Drawing, drawings } from '../../../src/ui/terminal/drawing.js';

/** Each meaning with its sign; what is above the threshold, or below it, may be so in several pictures. */
const meanings = (drawing: Drawing): readonly (readonly [meaning: string, sign: string])[] => {
  const { beads, students, sharing } = drawing;
  return [
    ['learned by one', drawing.one],
    ['learned by several', drawing.several],
    ['lost', drawing.lost],
    ['on its way', drawing.partial],
    ['unlearned', drawing.unlearned],
    ['student node above', students.above],
    ['student node below', students.below],
    ['evaluation', beads.evaluation],
    ['control', beads.control],
    ['predicted', beads.predicted],
    ['alike', sharing.alike],
    ['shared', sharing.shared],
    ['crossing', drawing.crossing],
    ['recording', drawing.record],
    ['cut', drawing.ellipsis],
    ['focus', drawing.right],
  ];
};

/** What fills areas, in colours and places of their own where there are shades enough. */
const fills = ({
  strip,
  stripPair,
  history,
  heat,
  none,
  span,
  guide,
}: Drawing): readonly (readonly [string, string])[] => [
  ['above', strip],
  ['above', stripPair[2]],
  ['above', history[history.length - 1]],
  ['upper of two above', stripPair[0]],
  ['lower of two above', stripPair[1]],
  ...heat.slice(1).map((shade, at) => [`shade ${at}`, shade] as const),
  ...history.slice(0, -1).map((shade, at) => [`shade ${at}`, shade] as const),
  ['shade 0', none],
  ['minibatches', span],
  ['threshold or change', guide],
];

/** Signs with more than one meaning, or drawn like a line, a frame or a number. */
const ambiguous = (all: readonly (readonly [string, string])[], lines: string): string[] =>
  [...Map.groupBy(all, ([, sign]) => sign)]
    .filter(([sign]) => sign !== '')
    .map(([sign, uses]) => [sign, [...new Set(uses.map(([meaning]) => meaning))]] as const)
    .filter(([sign, uses]) => uses.length > 1 || lines.includes(sign))
    .map(([sign, uses]) => `${sign}: ${uses.join(', ')}`);

test('in ASCII every sign has one meaning, and is no line, no frame and no number', () => {
  const { ascii } = drawings;
  expect(ambiguous([...meanings(ascii), ...fills(ascii)], '-|+/\\0123456789')).toEqual([]);
  const drawn = [
    ascii.horizontal,
    ascii.vertical,
    ascii.axisCorner,
    ascii.tick,
    ascii.barFull,
    ascii.barEmpty,
  ];
  for (const line of [...drawn, ...ascii.corners, ...ascii.chart, ...ascii.lowBar])
    expect('-|+/\\').toContain(line);
});

test('elsewhere no two signs are the same either', () => {
  const { utf8 } = drawings;
  expect(ambiguous(meanings(utf8), [...utf8.corners, ...utf8.chart, utf8.vertical].join(''))).toEqual([]);
});
