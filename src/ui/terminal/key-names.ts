/** Control characters that are keys of their own. */
const controlKeys: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  13: 'enter',
  27: 'escape',
  32: 'space',
  127: 'backspace',
};

/** Keys of CSI and SS3 sequences by their final letter. */
const letterKeys: Readonly<Record<string, string>> = {
  ...{ A: 'up', B: 'down', C: 'right', D: 'left', H: 'home', F: 'end' },
  P: 'f1',
};

/** Keys of `CSI number ~`. */
const numberKeys: Readonly<Record<number, string>> = {
  ...{ 1: 'home', 3: 'backspace', 4: 'end', 5: 'pageup', 6: 'pagedown', 7: 'home', 8: 'end', 11: 'f1' },
};

/** Keys of an application keypad, by the letter after SS3. */
const keypadKeys: Readonly<Record<string, string>> = {
  ...{ M: 'enter', X: '=', j: '*', k: '+', l: ',', m: '-', n: '.', o: '/' },
  ...Object.fromEntries([...'pqrstuvwxy'].map((letter, digit) => [letter, String(digit)])),
};

/** The keypad's and other keys without a character in the kitty protocol. */
const kittyKeys: Readonly<Record<number, string>> = {
  ...Object.fromEntries(Array.from({ length: 10 }, (_, digit) => [57399 + digit, String(digit)])),
  ...{ 57409: '.', 57410: '/', 57411: '*', 57412: '-', 57413: '+', 57414: 'enter', 57415: '=' },
  ...{ 57417: 'left', 57418: 'right', 57419: 'up', 57420: 'down', 57421: 'pageup', 57422: 'pagedown' },
  ...{ 57423: 'home', 57424: 'end', 57426: 'backspace' },
};

const firstPrivateUse = 57344;
const lastPrivateUse = 63743;

/** Bits of a modifier parameter less 1; the locks say nothing about a key. */
const modifierBits = { shift: 1, alt: 2, ctrl: 4, others: 8 | 16 | 32 } as const;

type Modifiers = { readonly shift: boolean; readonly ctrl: boolean; readonly others: boolean };

const modifiersOf = (parameter: number): Modifiers => {
  const bits = Math.max(0, parameter - 1);
  const has = (bit: number): boolean => (bits & bit) !== 0;
  const { shift, alt, ctrl, others } = modifierBits;
  return { shift: has(shift), ctrl: has(ctrl), others: has(alt | others) };
};

/** A typed character's or control character's key; null for those that are none here. */
export const typedKey = (character: string): string | null => {
  const code = character.codePointAt(0) ?? 0;
  const key = controlKeys[code];
  if (key !== undefined) return key;
  if (code >= 1 && code <= 26) return `ctrl-${String.fromCodePoint(code + 0x60)}`;
  return code < 32 || (code >= 128 && code < 160) ? null : character;
};

export const letterKey = (final: string): string | null => letterKeys[final] ?? null;
export const keypadKey = (letter: string): string | null => letterKeys[letter] ?? keypadKeys[letter] ?? null;
export const numberKey = (number: number): string | null => numberKeys[number] ?? null;

/**
 * The key with this code point and modifiers, as the kitty protocol and modifyOtherKeys tell them; null for one that
 * means nothing here: with alt or super, a modifier by itself, a function key. `shifted`: what shift makes of it, where
 * the terminal says so. `base`: the key at its place on a keyboard with Latin letters.
 */
export const codedKey = (
  code: number,
  modifier: number,
  { shifted, base }: { readonly shifted?: number | undefined; readonly base?: number | undefined } = {},
): string | null => {
  const { shift, ctrl, others } = modifiersOf(modifier);
  if (others) return null;
  if (code >= firstPrivateUse && code <= lastPrivateUse) return kittyKeys[code] ?? null;
  const key = controlKeys[code];
  if (key !== undefined) return key === 'tab' && shift ? 'shift-tab' : key;
  if (code < 32 || code > 0x10ffff) return null;
  if (ctrl) {
    const letter = String.fromCodePoint(code > 127 && base !== undefined ? base : code);
    return /^[a-z]$/.test(letter) && !shift ? `ctrl-${letter}` : null;
  }
  return shift ? shiftedKey(String.fromCodePoint(code), shifted) : String.fromCodePoint(code);
};

/** Shift makes a letter a capital; what it makes of another key only the terminal knows. */
const shiftedKey = (character: string, shifted: number | undefined): string | null => {
  if (shifted !== undefined) return String.fromCodePoint(shifted);
  const capital = character.toUpperCase();
  return capital !== character || capital !== character.toLowerCase() ? capital : null;
};
