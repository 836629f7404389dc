import stringWidth from 'string-width';

/**
 * Characters one column wide that never join with one another: ASCII, Latin, dashes, arrows, boxes, blocks, shapes and
 * braille, which are most of a screen; measuring text segment by segment costs a hundred times as much.
 */
const plainText = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u2800-\u28ff]*$/;
const isPlain = (text: string): boolean => plainText.test(text);
const segmenter = new Intl.Segmenter();

/** Columns that a terminal gives to text. */
export const columnsOf = (text: string): number => (isPlain(text) ? text.length : stringWidth(text));

/** What a terminal shows as one character each: a letter with its marks, an emoji of several parts. */
export const graphemesOf = (text: string): readonly string[] =>
  isPlain(text) ? [...text] : Array.from(segmenter.segment(text), ({ segment }) => segment);

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
