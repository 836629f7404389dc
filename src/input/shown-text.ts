/**
 * What a text may hold that no screen shows: controls, what turns text around, separators of lines, halves of characters,
 * codes that stand for none, fillers. Part of the characters that they belong to are signs that choose between two forms,
 * joiners of emoji, the letters of a flag, and what keeps letters from joining.
 */
const unshown =
  /(?!\u034f|\u200c|\p{Variation_Selector}|(?<=\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})*)\u200d(?=\p{Extended_Pictographic})|(?<=\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0020}-\u{e007f}])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Text of which a look at its codes tells: most is, and the pattern above takes time to make. */
const plain = /^[\x20-\x7e]*$/;

/** Joins letters of some scripts; terminals put the next one in its place. */
const letterJoiner = '\u200d';

/**
 * A text from outside, with a sign or what a function says in place of each character that no screen shows. The sign does
 * not stand for joiners of letters, without which a word is read all the same.
 */
export const replaceUnshown = (
  text: string,
  by: string | ((character: string) => string) = '\u{fffd}',
): string => {
  if (plain.test(text)) return text;
  return text.replace(unshown, (character) => {
    if (typeof by === 'function') return by(character);
    return character === letterJoiner ? '' : by;
  });
};

/** Whether a text has no such character, joiners of letters aside. */
export const isShown = (text: string): boolean =>
  plain.test(text) || [...text.matchAll(unshown)].every(([character]) => character === letterJoiner);
