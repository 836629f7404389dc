/**
 * Lines as they may be printed: control and direction characters, which could move the cursor, set a title or turn
 * text around, become escapes like \u{1b}. Names and summaries come from files that somebody else wrote.
 */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replace(
      /[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
