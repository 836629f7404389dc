/**
 * What a text may hold that no screen shows: controls, what turns text around, separators of lines, halves of characters,
 * codes that stand for none. Joiners are part of the character that they make of several, and so are the letters of a flag.
 */
const unshown =
  /(?![\u200c\u200d]|(?<=\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}])[\p{C}\p{Zl}\p{Zp}]/gu;

/** A text from outside, with a sign or what a function says in place of each character that no screen shows. */
export const replaceUnshown = (
  text: string,
  by: string | ((character: string) => string) = '\u{fffd}',
): string => text.replace(unshown, typeof by === 'string' ? () => by : by);

/** Whether a text has no such character. */
export const isShown = (text: string): boolean => replaceUnshown(text, '') === text;
