/**
 * Ranges of characters one column wide that never join with one another: ASCII, Latin, Greek, dashes, arrows, mathematics, boxes,
 * blocks, shapes, braille and those for private use, which hold the places of panels. They are most of a screen; measuring
 * text segment by segment costs a hundred times as much.
 */
const plainRanges: readonly (readonly [from: number, to: number])[] = [
  ...([
    [0x20, 0x7e],
    [0xa1, 0xac],
    [0xae, 0x2ff],
    [0x391, 0x3a1],
    [0x3a3, 0x3ff],
    [0x2010, 0x2027],
  ] as const),
  ...([
    [0x2190, 0x22ff],
    [0x2500, 0x25fc],
    [0x2800, 0x28ff],
    [0xe000, 0xf8ff],
  ] as const),
];

/** By character code, 1 where it is plain. */
const plainCodes = plainRanges.reduce(
  (codes, [from, to]) => codes.fill(1, from, to + 1),
  new Uint8Array(0x10000),
);

/** Whether every character of a text is one column wide and joins with no other. */
export const isPlain = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (plainCodes[text.charCodeAt(at)] === 0) return false;
  return true;
};
