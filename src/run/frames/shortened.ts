/** The value with all of its numbers cut to 5 significant digits. */
export const shortened = <Value>(value: Value): Value => {
  const short = (part: unknown): unknown => {
    if (typeof part === 'number') return Number(part.toPrecision(5)) + 0;
    if (Array.isArray(part)) return part.map(short);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, short(each)]));
  };
  return short(value) as Value;
};
