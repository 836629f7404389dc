import * as z from 'zod';
import { shown, valueAt } from '../input/index.js';
import { type Frame, type Header, parseHeader, parseLine, type RunEvent } from '../protocol/index.js';
import { parseLenient, startOfLastObject, withoutInfinite } from './lenient-json.js';

export type LogLine = Header | Frame | RunEvent;

/**
 * A line that was read, and whether it says just that: `isExact` is false where numbers were read as null, `hasRemains` true
 * where something stands before it in its line.
 */
export type ReadLine = { readonly line: LogLine; readonly isExact: boolean; readonly hasRemains: boolean };

const reasonOf = (error: z.ZodError, value: unknown): string => {
  const [issue] = error.issues;
  const place = issue.path.join('.') || 'the line';
  return issue.code === 'invalid_union'
    ? `${place}: ${shown(valueAt(value, issue.path))} is not known here`
    : `${place}: ${issue.message}`;
};

/** What `parse` makes of a value, or where it has numbers beyond the largest one, of the value with null for them. */
const parsed = (
  value: unknown,
  isExact: boolean,
  parse: (value: unknown) => LogLine,
): Omit<ReadLine, 'hasRemains'> => {
  try {
    return { line: parse(value), isExact };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    try {
      return { line: parse(withoutInfinite(value)), isExact: false };
    } catch {
      throw new Error(reasonOf(error, value));
    }
  }
};

/** Whether a text of ASCII seems to be in UTF-16: every other byte of it is zero. */
const isWide = (raw: string): boolean => /^\u{fffd}{0,2}\0?(?:[^\0]\0){8}/u.test(raw);

const isFiller = (character: string): boolean => character === '\0' || character.trim() === '';

/** A line without the blanks, line ends, bytes of zero and byte order marks around it. */
const withoutFillers = (raw: string): string => {
  let [from, to] = [0, raw.length];
  while (from < to && isFiller(raw[from])) from++;
  while (to > from && isFiller(raw[to - 1])) to--;
  return raw.slice(from, to);
};

const isHeader = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'header';

/**
 * Reads a line's text: the header where there has been none, else a frame or an event. Bytes of zero around it, a byte
 * order mark and what stands before its last object (what is left of a torn line, the name of a rank) count as nothing.
 * `origin`: where the line stands. Errors: UserError for a header that cannot be shown; another Error saying why it is no
 * line of the log.
 */
export const readLineText = (raw: string, header: Header | null, origin: string): ReadLine => {
  const text = withoutFillers(raw);
  if (text === '') throw new Error(raw.includes('\0') ? 'bytes of zero' : 'blank');
  const whole = parseLenient(text);
  const start = whole ? 0 : startOfLastObject(text);
  const read = whole ?? (start > 0 ? parseLenient(text.slice(start)) : null);
  if (!read) throw new Error(isWide(raw) ? 'UTF-16, allowed: UTF-8' : 'no whole object of JSON');
  const { value, isExact } = read;
  const hasRemains = whole === null;
  if (isHeader(value)) {
    if (header) throw new Error('a second header');
    return { ...parsed(value, isExact, (one) => parseHeader(one, origin)), hasRemains };
  }
  if (!header) throw new Error('no header yet');
  return { ...parsed(value, isExact, (one) => parseLine(one, header)), hasRemains };
};
