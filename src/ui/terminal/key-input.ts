import type { Key } from 'ink';

const named: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

const characterNames: Readonly<Record<string, string>> = {
  ' ': 'space',
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  '\u001b': 'escape',
};

/** Ctrl-A is 1, and so on. */
const controlName = (character: string): string =>
  `ctrl-${String.fromCodePoint((character.codePointAt(0) ?? 0) + 0x60)}`;

const nameOf = (character: string): string =>
  characterNames[character] ?? (character < ' ' ? controlName(character) : character);

/**
 * Names of the keys in one input event, in the order they were pressed.
 *
 * Keys that arrive together, typed quickly or over a slow link, come as one event; each is named.
 */
export const keysOf = (input: string, key: Key): string[] => {
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab'];
  const special = named.find(([flag]) => key[flag] === true);
  if (special) return [special[1]];
  const characters = [...input];
  if (key.ctrl) return characters.map((character) => (character === ' ' ? 'space' : `ctrl-${character}`));
  const names = characters.map(nameOf);
  // Escape, then a key at once, is what terminals send for alt and that key.
  return key.meta ? ['escape', ...names] : names;
};
