/**
 * Text in quotes, or a number that JSON has no word for. Text whose last quote is missing goes to the end: were it tried
 * again from each of its quotes, a long line of them would hold the program for hours.
 */
const quotedOrNotFinite = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|[-+]?\b(?:NaN|nan|Infinity|inf)\b/g;

const withoutNotFinite = (text: string): string =>
  text.replace(quotedOrNotFinite, (found) => (found.startsWith('"') ? found : 'null'));

const parse = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
};

/** What writers put in quotes for lack of a word in JSON. */
const quotedNotFinite = /^[-+]?(?:nan|inf|infinity)$/i;

/** A value of JSON with null for numbers beyond the largest one, which 1e999 is read as, and for "NaN" and "Infinity". */
export const withoutInfinite = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string') return quotedNotFinite.test(value) ? null : value;
  if (Array.isArray(value)) return value.map(withoutInfinite);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutInfinite(inner)]));
};

/**
 * The value of a line of JSON in which NaN and Infinity may stand, as Python's json writes them: they are read as null,
 * as `isExact` says. Null where the line is no JSON.
 */
export const parseLenient = (text: string): { readonly value: unknown; readonly isExact: boolean } | null => {
  const exact = parse(text);
  if (exact) return { ...exact, isExact: true };
  const mended = withoutNotFinite(text);
  const read = mended === text ? null : parse(mended);
  return read && { ...read, isExact: false };
};

const isEscaped = (text: string, at: number): boolean => {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
};

/** Where the object that ends with the brace at `end` begins, by its braces; -1 where it does not. */
const startOfObject = (text: string, end: number): number => {
  let depth = 0;
  let isQuoted = false;
  for (let at = end; at >= 0; at--) {
    const character = text[at];
    if (character === '"' && !isEscaped(text, at)) isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '}') depth++;
    if (character === '{') depth--;
    if (depth === 0) return at;
  }
  return -1;
};

/**
 * Where objects seem to stand in a text, by their braces, in order, each from its first character to behind its last. They
 * are looked for from the end, so that what is left of a torn one hides none that follows it.
 */
export const objectsIn = (text: string): readonly (readonly [from: number, to: number])[] => {
  const found: [number, number][] = [];
  for (let end = text.lastIndexOf('}'); end >= 0; ) {
    const start = startOfObject(text, end);
    if (start < 0) break;
    found.push([start, end + 1]);
    end = start === 0 ? -1 : text.lastIndexOf('}', start - 1);
  }
  return found.reverse();
};
