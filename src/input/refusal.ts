import type * as z from 'zod';
import { type FieldSchema, fieldSchema } from './field-schema.js';
import { nearestName } from './nearest-name.js';
import { UserError } from './user-error.js';

/** "a, b or c" */
export const alternatives = (texts: readonly string[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;

const range = ({ minimum, exclusiveMinimum, maximum }: FieldSchema): string => {
  if (exclusiveMinimum !== undefined) return `above ${exclusiveMinimum} and up to ${maximum}`;
  return `from ${minimum} to ${maximum}`;
};

const describe = (schema: FieldSchema): string => {
  const { allowed, additionalProperties } = schema;
  if (allowed)
    return additionalProperties ? `${allowed}, each with ${describe(additionalProperties)}` : allowed;
  if (schema.anyOf) return alternatives(schema.anyOf.map(describe));
  if (schema.enum) return alternatives(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  switch (schema.type) {
    case 'integer':
      return `a whole number ${range(schema)}`;
    case 'number':
      return `a number ${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list of ${schema.minItems} to ${schema.maxItems} entries, each ${describe(schema.items ?? {})}`;
    case 'null':
      return 'null';
    case 'string':
      return `a line of 1 to ${schema.maxLength} characters`;
    case 'object':
      return 'an object';
    default:
      return String(schema.type);
  }
};

/** What a field takes, in words, read off its schema: "a whole number from 1 to 10000". */
export const allowedValues = (field: z.ZodType): string => describe(fieldSchema(field));

/** A given value as it may stand in a one-line message. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** "FILE: key "a": got 1, allowed: 2". */
export const refuseValue = (origin: string, key: string, got: string, allowed: string): UserError =>
  new UserError(`${origin}: key "${key}": got ${got}, allowed: ${allowed}`);

/** Says that a key is unknown, and which known one it resembles. */
export const refuseKey = (origin: string, key: string, known: readonly string[]): UserError => {
  const nearest = nearestName(key, known);
  const advice = nearest === undefined ? `allowed: ${known.join(', ')}` : `did you mean "${nearest}"?`;
  return new UserError(`${origin}: key ${shown(key)}: unknown; ${advice}`);
};

/** The part of a value that a path of keys leads to; undefined where it leads nowhere. */
export const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown>)?.[key], value);

/**
 * The first complaint of zod about `value` as a UserError.
 *
 * `nameOf` gives a top-level key as the user wrote it, `originOf` the file or option that it came from.
 */
export const refuseIssue = (
  issue: z.core.$ZodIssue,
  value: unknown,
  shape: Readonly<Record<string, z.ZodType>>,
  originOf: (key: string) => string,
  nameOf: (key: string) => string = (key) => key,
): UserError => {
  const [first, ...rest] = issue.path;
  const key = String(first ?? '');
  if (issue.code === 'unrecognized_keys')
    return refuseKey(originOf(issue.keys[0]), issue.keys[0], Object.keys(shape));
  if (first === undefined) return refuseValue(originOf(key), key, shown(value), 'an object');
  const name = nameOf(key) + rest.map((part) => `[${String(part)}]`).join('');
  const got = valueAt(value, issue.path);
  return refuseValue(
    originOf(key),
    name,
    got === undefined ? 'nothing' : shown(got),
    allowedValues(shape[key]),
  );
};
