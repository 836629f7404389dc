import { UserError } from '../input/index.js';
import type { Header } from '../protocol/index.js';
import { objectsIn } from './lenient-json.js';
import { type LogLine, NoObject, readLineText } from './line-text.js';

/** A sound object of JSON, and the bytes of its line between which it stands. */
type SoundObject = { readonly line: LogLine; readonly from: number; readonly to: number };

/** What a line of a file says of a log. */
export type LineReading = {
  /** One as a rule; more where a writer has left out line feeds. */
  readonly sound: readonly SoundObject[];
  /** The log's header, as far as it has been read. */
  readonly header: Header | null;
  /** Whether no number was read as null. */
  readonly isExact: boolean;
  /** Why the line, or some of it, is left out; null where all of it is read. */
  readonly leftOut: string | null;
};

/** A line with so many objects that are none of the log has none. */
const mostStrange = 1000;

/** What may stand between the objects of a line: blanks, byte order marks, and what makes a list of them. */
const separators = /^(?:[\s\0,[\]]|\u00ef\u00bb\u00bf)*$/;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What stands beside the sound objects of a line, each byte as a character. */
const remainsOf = (text: string, sound: readonly SoundObject[]): string =>
  [0, ...sound.map(({ to }) => to)].map((from, at) => text.slice(from, sound[at]?.from)).join('');

const readObjects = (bytes: Buffer, before: Header | null, origin: string, reason: string): LineReading => {
  const text = bytes.toString('latin1');
  const sound: SoundObject[] = [];
  let header = before;
  let areExact = true;
  let strange = 0;
  for (const [from, to] of objectsIn(text)) {
    try {
      const { line, isExact } = readLineText(bytes.toString('utf8', from, to), header, origin);
      if (line.type === 'header') header = line;
      areExact &&= isExact;
      sound.push({ line, from, to });
    } catch (error) {
      if (error instanceof UserError) throw error;
      if (++strange === mostStrange) break;
    }
  }
  const isAll = separators.test(remainsOf(text, sound));
  const leftOut = isAll ? null : 'what stands beside the sound objects of JSON';
  return { sound, header, isExact: areExact, leftOut: sound.length === 0 ? reason : leftOut };
};

/**
 * Reads the bytes of a line, without its line feed: one object of JSON, or where it is none, those that stand in it. `header`:
 * the log's, null where there has been none. `origin`: where the line stands. Errors: UserError for a header that
 * cannot be shown.
 */
export const readLine = (bytes: Buffer, header: Header | null, origin: string): LineReading => {
  try {
    const { line, isExact } = readLineText(bytes.toString('utf8'), header, origin);
    const whole = { line, from: 0, to: bytes.length };
    return { sound: [whole], header: line.type === 'header' ? line : header, isExact, leftOut: null };
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof NoObject) return readObjects(bytes, header, origin, error.message);
    return { sound: [], header, isExact: true, leftOut: messageOf(error) };
  }
};
