/** Text in quotes, or a number that JSON has no word for. */
const quotedOrNotFinite = /"[^"\\]*(?:\\.[^"\\]*)*"|[-+]?\b(?:NaN|nan|Infinity|inf)\b/g;

const withoutNotFinite = (text: string): string =>
  text.replace(quotedOrNotFinite, (found) => (found.startsWith('"') ? found : 'null'));

const parse = (text: string): { readonly value: unknown } | null => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
};

/** A value of JSON with null for numbers beyond the largest one, which 1e999 is read as. */
export const withoutInfinite = (value: unknown): unknown => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
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
