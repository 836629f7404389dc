import stringWidth from 'string-width';
import { LazySegmenter } from './text/lazy-segmenter.js';
import { isPlain } from './text/plain-text.js';

const segmenter = new LazySegmenter();

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
