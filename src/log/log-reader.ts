import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../input/index.js';
import {
  type Frame,
  formatVersion,
  type Header,
  parseHeader,
  parseLine,
  type RunEvent,
} from '../protocol/index.js';
import { logFileName } from './log-file.js';

/** A line of 40 KB is a large one; beyond this a file is no log. */
const longestLine = 16 * 1024 * 1024;

export type LogLine = Header | Frame | RunEvent;

const reasonOf = (error: unknown): string => {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error);
  const [issue] = error.issues;
  return `${issue.path.join('.') || 'the line'}: ${issue.message}`;
};

/**
 * Turns the bytes of a frame log into its lines as they come, so that a growing file can be followed: a
 * last line without its end is kept until more arrives.
 *
 * Errors: UserError naming the file and line for anything that is not a frame log.
 */
export class LogParser {
  readonly #path: string;
  #rest = Buffer.alloc(0);
  #lineNumber = 0;
  #header: Header | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** Bytes after the last whole line: more than none at the end of a file means that it was torn there. */
  get tornBytes(): number {
    return this.#rest.length;
  }

  push(bytes: Buffer): LogLine[] {
    return this.pushSized(bytes).map(({ line }) => line);
  }

  /** As push, each line with its bytes in the file. */
  pushSized(bytes: Buffer): { readonly line: LogLine; readonly bytes: number }[] {
    const lines: { readonly line: LogLine; readonly bytes: number }[] = [];
    let data = Buffer.concat([this.#rest, bytes]);
    for (let end = data.indexOf(0x0a); end !== -1; end = data.indexOf(0x0a)) {
      lines.push({ line: this.#parse(data.subarray(0, end).toString('utf8')), bytes: end + 1 });
      data = data.subarray(end + 1);
    }
    if (data.length > longestLine) throw this.#refuse(`a line of more than ${longestLine} bytes`);
    this.#rest = Buffer.from(data);
    return lines;
  }

  #parse(textLine: string): LogLine {
    this.#lineNumber++;
    try {
      const value: unknown = JSON.parse(textLine);
      if (this.#header) return parseLine(value, this.#header);
      this.#header = this.#parseHeader(value);
      return this.#header;
    } catch (error) {
      throw error instanceof UserError ? error : this.#refuse(reasonOf(error));
    }
  }

  #parseHeader(value: unknown): Header {
    const version =
      typeof value === 'object' && value !== null && 'formatVersion' in value
        ? value.formatVersion
        : undefined;
    if (typeof version === 'number' && version > formatVersion)
      throw this.#refuse(
        `written by a newer teachtop: format version ${version}, this program reads up to ${formatVersion}`,
      );
    return parseHeader(value, `${this.#path}, line 1`);
  }

  #refuse(reason: string): UserError {
    return new UserError(`${this.#path}, line ${Math.max(1, this.#lineNumber)}: not a frame log: ${reason}`);
  }
}

/** The log file that a path names: the file itself, or the one in a run's folder. Errors: UserError. */
export const locateLog = (path: string): string => {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, logFileName) : path;
  if (!existsSync(file)) throw new UserError(`${file}: no such frame log`);
  return file;
};

export type Log = {
  readonly header: Header;
  readonly lines: readonly (Frame | RunEvent)[];
  /** Bytes of a torn last line, which is left out; 0 for a whole file. */
  readonly tornBytes: number;
};

/** Reads a whole log, from its folder or its file; a torn last line is skipped. Errors: UserError. */
export const readLog = async (path: string): Promise<Log> => {
  const file = locateLog(path);
  const parser = new LogParser(file);
  const all: LogLine[] = [];
  for await (const chunk of createReadStream(file)) all.push(...parser.push(chunk as Buffer));
  const [header, ...lines] = all;
  if (header?.type !== 'header') throw new UserError(`${file}: not a frame log: it has no whole first line`);
  return { header, lines: lines.filter((one) => one.type !== 'header'), tornBytes: parser.tornBytes };
};
