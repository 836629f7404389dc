import * as z from 'zod';
import { shown, valueAt } from '../input/index.js';
import { type Frame, type Header, parseHeader, parseLine, type RunEvent } from '../protocol/index.js';
import { parseLenient, withoutInfinite } from './lenient-json.js';

export type LogLine = Header | Frame | RunEvent;

/** A line that was read; `isExact` is false where numbers were read as null. */
export type ReadLine = { readonly line: LogLine; readonly isExact: boolean };

/** Why a text is no line of a log: it is no object of JSON, though some may stand in it. */
export class NoObject extends Error {}

const reasonOf = (error: z.ZodError, value: unknown): string => {
  const [issue] = error.issues;
  const place = issue.path.join('.') || 'the line';
  return issue.code === 'invalid_union'
    ? `${place}: ${shown(valueAt(value, issue.path))} is not known here`
    : `${place}: ${issue.message}`;
};

/** What `parse` makes of a value, or where it takes none with numbers that are not finite, of the value with null for them. */
const parsed = (value: unknown, isExact: boolean, parse: (value: unknown) => LogLine): ReadLine => {
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
 * Reads a line's text: the header where there has been none, else a frame or an event. Bytes of zero around it and a byte
 * order mark count as nothing. `origin`: where the line stands. Errors: UserError for a header that cannot be shown; NoObject;
 * another Error saying why it is no line of the log.
 */
export const readLineText = (raw: string, header: Header | null, origin: string): ReadLine => {
  const text = withoutFillers(raw);
  if (text === '') throw new Error(raw.includes('\0') ? 'bytes of zero' : 'blank');
  const read = parseLenient(text);
  if (!read) throw new NoObject(isWide(raw) ? 'UTF-16, allowed: UTF-8' : 'no whole object of JSON');
  const { value, isExact } = read;
  if (Array.isArray(value)) throw new NoObject('a list, allowed: objects of JSON');
  if (isHeader(value)) {
    if (header) throw new Error('a second header');
    return parsed(value, isExact, (one) => parseHeader(one, origin));
  }
  if (!header) throw new Error('no header yet');
  return parsed(value, isExact, (one) => parseLine(one, header));
};
