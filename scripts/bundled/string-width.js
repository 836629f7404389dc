// Stands for string-width in the bundle, for us and for Ink's libraries: the library itself, whose regular expressions of emoji
// take 18 ms to make, is loaded with the first text that has more than plain characters in whatever colours.
import { isPlain } from '../../src/ui/terminal/text/plain-text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: how a colour begins
const colours = /\u001b\[[\d;]*m/g;

export default function stringWidth(text, options = {}) {
  const bare = options.countAnsiEscapeCodes ? text : String(text).replace(colours, '');
  if (typeof text === 'string' && options.ambiguousIsNarrow !== false && isPlain(bare)) return bare.length;
  return require('string-width-itself').default(text, options);
}
