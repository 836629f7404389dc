import { replaceUnshown } from '../../input/index.js';

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/**
 * Lines as they may be printed: control and direction characters become escapes like \u{1b}. Names and summaries come
 * from files that somebody else wrote.
 */
export const printable = (text: string): string =>
  replaceUnshown(text.toWellFormed(), (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  );

/** A value as JSON that may be printed: such characters in the escapes of JSON. */
export const printableJson = (value: unknown): string =>
  replaceUnshown(JSON.stringify(value, null, 2), (character) =>
    character === '\n'
      ? character
      : character
          .split('')
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join(''),
  );
