import type * as z from 'zod';
import { type FieldSchema, fieldSchema } from '../../input/index.js';

/** Numbers that a setting can have. */
type Range = {
  readonly isWhole: boolean;
  readonly low: number;
  /** Whether `low` itself is allowed. */
  readonly withLow: boolean;
  readonly high: number;
  readonly first: number;
};

const partsOf = (schema: FieldSchema): readonly FieldSchema[] => schema.anyOf?.flatMap(partsOf) ?? [schema];

/** Values that are no numbers of a range, in order. */
const pointsOf = (schema: FieldSchema): readonly unknown[] =>
  partsOf(schema).flatMap(({ type, const: only, enum: values }) => {
    if (values) return values;
    if (only !== undefined) return [only];
    if (type === 'boolean') return [false, true];
    return type === 'null' ? [null] : [];
  });

const rangeOf = (schema: FieldSchema): Range | null => {
  const part = partsOf(schema).find(({ type }) => type === 'integer' || type === 'number');
  if (!part) return null;
  const { exclusiveMinimum, maximum = Number.MAX_VALUE } = part;
  const isWhole = part.type === 'integer';
  const low = exclusiveMinimum ?? part.minimum ?? -maximum;
  const first = schema.first ?? part.first ?? (isWhole ? Math.max(1, low) : 0.1);
  return { isWhole, low, withLow: exclusiveMinimum === undefined, high: maximum, first };
};

/** Numbers up to here go by ones. */
const byOnesTo = 20;

/**
 * The next number above a positive one, or below it: of one significant digit, from 1 to 20 a whole one. So 0.01 goes to
 * 0.02, 5 to 6 and 100 to 200.
 */
const nextNumber = (from: number, direction: 1 | -1): number => {
  // Below a power of ten the digit is one place further down.
  const at = direction === 1 ? from : from * (1 - 1e-9);
  const unit = at >= 1 && at < byOnesTo ? 1 : 10 ** Math.floor(Math.log10(at));
  const count = from / unit;
  const next = direction === 1 ? Math.floor(count + 1e-9) + 1 : Math.ceil(count - 1e-9) - 1;
  return Number((next * unit).toPrecision(2));
};

/** A number's neighbour in a range; null where there is none that way. */
const steppedNumber = (from: number, direction: 1 | -1, range: Range): number | null => {
  const { low, withLow, high, first, isWhole } = range;
  const isAllowed = (value: number): boolean => (withLow ? value >= low : value > low) && value <= high;
  const hasZero = isAllowed(0);
  if (from < 0) {
    const mirrored = { ...range, low: -high, high: -low, withLow: true };
    const value = steppedNumber(-from, direction === 1 ? -1 : 1, mirrored);
    return value === null ? null : -value;
  }
  if (from === 0) {
    const value = direction * first;
    return isAllowed(value) ? value : null;
  }
  if (direction === -1 && hasZero && from <= first) return 0;
  const next = nextNumber(from, direction);
  const value = isWhole ? Math.round(next) : next;
  if (isAllowed(value)) return value;
  const end = direction === 1 ? high : low;
  return isAllowed(end) && end !== from ? end : null;
};

/**
 * The value before or after a setting's, as arrow keys go through them: choices in a circle, numbers by sensible steps,
 * and below the numbers what stands for none of them. `canBeLeftOut`: whether no value at all, undefined, is one of them.
 * The same value where there is no other, or where steps do not say which.
 */
export const steppedValue = (
  field: z.ZodType,
  value: unknown,
  direction: 1 | -1,
  canBeLeftOut: boolean,
): unknown => {
  const schema = fieldSchema(field);
  const range = rangeOf(schema);
  const points = [...(canBeLeftOut ? [undefined] : []), ...pointsOf(schema)];
  const at = points.indexOf(value);
  if (typeof value === 'number' && range && at === -1) {
    const { first } = range;
    const isLowest = direction === -1 && points.length > 0 && value <= first;
    const next = isLowest ? null : steppedNumber(value, direction, range);
    return next ?? (direction === -1 && points.length > 0 ? points.at(-1) : value);
  }
  if (at === -1) return value;
  if (range) return points[at + direction] ?? (direction === 1 ? range.first : value);
  return points[(at + direction + points.length) % points.length];
};
