/** What could move the cursor, set a title or turn text around. */
const unprintable = /[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu;

/**
 * Lines as they may be printed: control and direction characters become escapes like \u{1b}. Names and summaries come
 * from files that somebody else wrote.
 */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);

/** A value as JSON that may be printed: such characters in the escapes of JSON. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(unprintable, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
