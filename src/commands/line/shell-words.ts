/** A word as a shell takes it back. */
export const shellWord = (word: string): string =>
  /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A piece of a word: in single quotes, in double quotes, behind a backslash, or plain. */
const piece = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/y;

/** Words as a shell parts them: blanks part, quotes and backslashes keep; null where a quote is not closed. */
export const shellWords = (text: string): string[] | null => {
  const words: string[] = [];
  let isInside = false;
  for (let at = 0; at < text.length; ) {
    const [blanks] = /^\s*/.exec(text.slice(at)) ?? [''];
    if (blanks !== '') {
      isInside = false;
      at += blanks.length;
      continue;
    }
    piece.lastIndex = at;
    const match = piece.exec(text);
    if (match === null) return null;
    const [whole, single, double, escaped, plain] = match;
    const part = single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain;
    if (isInside) words.push(words.pop() + part);
    else words.push(part);
    isInside = true;
    at += whole.length;
  }
  return words;
};
