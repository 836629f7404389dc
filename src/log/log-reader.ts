import { closeSync, readSync } from 'node:fs';
import type { Frame, Header, RunEvent } from '../protocol/index.js';
import { LogParser, type PlacedLine } from './log-parser.js';
import { locateLog, openLog } from './log-source.js';

const chunkBytes = 1024 ** 2;

export type Log = {
  /** The file, as messages name it. */
  readonly file: string;
  readonly header: Header;
  readonly lines: readonly (Frame | RunEvent)[];
  /** Bytes of a torn last line, which is left out; 0 for a whole file. */
  readonly tornBytes: number;
  /** What was left out, that line with it, or read otherwise than it is written, in sentences; none for a sound log. */
  readonly notes: readonly string[];
};

/** What is known of a log when all of it has been read. */
export type LogEnd = Pick<Log, 'file' | 'header' | 'tornBytes' | 'notes'> & {
  /** Lines of the file, those left out with them, and their bytes. */
  readonly lines: number;
  readonly bytes: number;
  /** Bytes of the file, a torn last line with them. */
  readonly size: number;
  /** Whether it is a file that can be written on: no pipe, and not compressed. */
  readonly isPlain: boolean;
};

/**
 * Calls back with the header and every sound line of a log, in order. `takesUnended`: whether a last line is taken that is
 * whole but for its line feed. Errors: UserError for what is no log.
 */
export const eachLine = async (
  path: string,
  tell: (line: PlacedLine) => void,
  { takesUnended = true }: { readonly takesUnended?: boolean } = {},
): Promise<LogEnd> => {
  const file = locateLog(path);
  const { descriptor, complete, isPlain } = openLog(file);
  try {
    const damage = await complete;
    const parser = new LogParser(file);
    const chunk = Buffer.alloc(chunkBytes);
    for (let at = 0; ; ) {
      const count = readSync(descriptor, chunk, 0, chunkBytes, at);
      if (count === 0) break;
      for (const line of parser.push(chunk.subarray(0, count))) tell(line);
      at += count;
    }
    const { tornBytes, lineNumber: lines, wholeBytes: bytes } = parser;
    const size = bytes + tornBytes;
    const unended = takesUnended ? parser.end() : [];
    for (const line of unended) tell(line);
    const { header } = parser;
    if (!header) throw parser.refuseWithoutHeader();
    return {
      ...{ file, header, lines, bytes, size, isPlain },
      tornBytes: unended.length > 0 ? 0 : tornBytes,
      notes: [...parser.notes, ...(damage === null ? [] : [damage])],
    };
  } finally {
    closeSync(descriptor);
  }
};

/** Reads a whole log, from its folder or its file; a torn last line is skipped. Errors: UserError. */
export const readLog = async (path: string): Promise<Log> => {
  const lines: (Frame | RunEvent)[] = [];
  const end = await eachLine(path, ({ line }) => {
    if (line.type !== 'header') lines.push(line);
  });
  const { file, header, tornBytes, notes } = end;
  return { file, header, lines, tornBytes, notes };
};
