import { UserError } from './user-error.js';

/** Brackets within brackets, more than any file that people write has. */
const deepest = 64;

/** Strings, brackets and signs, and what stands between them: numbers and words. Of JSON that parses. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** An object or array that is open: its keys so far, null for an array, and where the reader is in it. */
type Open = { readonly keys: Set<string> | null; key: string | null };

const decoders: readonly (readonly [mark: readonly number[], name: string])[] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** The text of a file: UTF-8, or what its byte order mark says. Errors: UserError naming the file. */
export const decodeText = (bytes: Uint8Array, path: string): string => {
  const encoding = decoders.find(([mark]) => mark.every((byte, at) => bytes[at] === byte))?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${path}: got bytes that are not ${encoding.toUpperCase()}, allowed: text in UTF-8`);
  }
};

/**
 * Refuses what JSON.parse takes without a word: a key given twice, of which the last would count; "__proto__"; a number
 * beyond the largest one; brackets too deep. `text`: JSON that parses. Errors: UserError naming file and key.
 */
export const refuseTraps = (text: string, path: string): void => {
  const open: Open[] = [];
  const place = (): string =>
    open.flatMap(({ key }) => (key === null ? [] : [key])).join('.') || 'the whole file';
  const refuse = (got: string, allowed: string): UserError =>
    new UserError(`${path}: key "${place()}": got ${got}, allowed: ${allowed}`);
  let string: string | null = null;
  for (const [token] of text.matchAll(tokens)) {
    const top = open.at(-1);
    if (token === '{' || token === '[') {
      if (open.length >= deepest) throw refuse('brackets without end', `up to ${deepest} within each other`);
      open.push({ keys: token === '{' ? new Set() : null, key: null });
    } else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && top?.keys && string !== null) {
      top.key = JSON.parse(string) as string;
      if (top.key === '__proto__') throw refuse('that name', 'the names of settings');
      if (top.keys.has(top.key)) throw refuse('it twice', 'each key once');
      top.keys.add(top.key);
    } else if (/^[-\d]/.test(token) && !Number.isFinite(Number(token)))
      throw refuse(token.slice(0, 40), `numbers up to ${Number.MAX_VALUE.toPrecision(2)}`);
    string = token.startsWith('"') ? token : null;
  }
};
