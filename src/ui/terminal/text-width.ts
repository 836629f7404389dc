import stringWidth from 'string-width';

/**
 * Ranges of characters one column wide that never join with one another: ASCII, Latin, dashes, arrows, boxes, blocks, shapes,
 * braille and those for private use, which hold the places of panels. They are most of a screen; measuring text segment by
 * segment costs a hundred times as much.
 */
const plainRanges: readonly (readonly [from: number, to: number])[] = [
  ...([
    [0x20, 0x7e],
    [0xa1, 0xac],
    [0xae, 0x2ff],
    [0x2010, 0x2027],
  ] as const),
  ...([
    [0x2190, 0x21ff],
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
const segmenter = new Intl.Segmenter();

/** What a terminal shows as one character each: a letter with its marks, an emoji of several parts. */
export const graphemesOf = (text: string): readonly string[] =>
  isPlain(text) ? [...text] : Array.from(segmenter.segment(text), ({ segment }) => segment);

/** A code with marks above and below it. */
const marked = /^.[\p{Mn}\p{Me}]*$/su;
const emojiPart = /[\u200d\ufe0f\u20e3\p{Emoji_Modifier}\p{Regional_Indicator}\u{e007f}]/u;

/** Whether terminals agree how wide a character is: a code and its marks, none of which chooses between two forms. */
export const isAgreed = (grapheme: string): boolean => marked.test(grapheme) && !emojiPart.test(grapheme);

/** Of letters of several codes each terminal that knows no such letters shows each beside the others. */
const graphemeColumns = (grapheme: string): number => {
  if (isAgreed(grapheme) || emojiPart.test(grapheme)) return stringWidth(grapheme);
  const apart = [...grapheme].filter((code) => !/[\p{Mn}\p{Me}]/u.test(code));
  return Math.max(
    stringWidth(grapheme),
    apart.reduce((sum, code) => sum + stringWidth(code), 0),
  );
};

/** Columns that a terminal gives to text. */
export const columnsOf = (text: string): number =>
  isPlain(text) ? text.length : graphemesOf(text).reduce((sum, each) => sum + graphemeColumns(each), 0);

/** The longest start of a text in so many columns. */
export const startIn = (text: string, columns: number): string => {
  if (columnsOf(text) <= columns) return text;
  let start = '';
  let used = 0;
  for (const grapheme of graphemesOf(text)) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    start += grapheme;
  }
  return start;
};

/** The longest end of a text in so many columns. */
export const endIn = (text: string, columns: number): string => {
  let end = '';
  let used = 0;
  for (const grapheme of graphemesOf(text).toReversed()) {
    used += columnsOf(grapheme);
    if (used > columns) break;
    end = grapheme + end;
  }
  return end;
};

/** Text with blanks after it, so many columns in all. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

/** Breaks text between words into lines of at most this many columns; a longer word has a line of its own, whole. */
export const wrapWords = (text: string, columns: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};
