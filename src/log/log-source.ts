import { once } from 'node:events';
import {
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { openUnnamed, writeAll } from '../files/index.js';
import { UserError } from '../input/index.js';
import { codeOf } from './failure.js';
import { copyInflated } from './inflated-copy.js';
import { logFileName } from './log-file.js';

/** Names of the standard input in place of a path. */
const standardInputs = ['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];

/** What a pipe or a compressed log may fill of the folder of temporary files: this much, and of what is free there a half. */
const mostCopiedBytes = 64 * 1024 ** 3;
const mostOfFree = 1 / 2;

/** Bytes that a copy may have; a file system that does not say what is free has room until it is full. */
const roomForCopy = (): number => {
  const { bavail, bsize } = statfsSync(tmpdir());
  return Math.min(mostCopiedBytes, bavail * bsize * mostOfFree || mostCopiedBytes);
};

/** The bytes of a log, in a plain file that can be read anywhere. */
export type LogSource = {
  /** The log as messages name it. */
  readonly name: string;
  readonly descriptor: number;
  /** Whether it is the file itself; else a copy of what a pipe or a compressed file gives, which has no name. */
  readonly isPlain: boolean;
  /**
   * Resolves when all has been copied, to what was wrong with it or null; at once for a plain file. Rejects with a
   * UserError.
   */
  readonly complete: Promise<string | null>;
};

const statOf = (path: string): Stats | null => {
  try {
    return standardInputs.includes(path) ? fstatSync(0) : statSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw new UserError(`${path}: cannot be read (${codeOf(error)})`);
  }
};

const isReadable = (stats: Stats): boolean => stats.isFile() || stats.isFIFO() || stats.isSocket();

/**
 * The log file that a path names: the file itself, or the one in a run's folder, compressed or not; "-" for the standard
 * input. Errors: UserError.
 */
export const locateLog = (path: string): string => {
  const isFolder = statOf(path)?.isDirectory() ?? false;
  const candidates = isFolder ? [join(path, logFileName), join(path, `${logFileName}.gz`)] : [path];
  const found = candidates.find((candidate) => statOf(candidate));
  const stats = found === undefined ? null : statOf(found);
  if (found === undefined || !stats) throw new UserError(`${candidates[0]}: no such frame log`);
  if (!isReadable(stats))
    throw new UserError(
      `${found}: got a ${stats.isDirectory() ? 'folder' : 'device'}, allowed: a file or a pipe`,
    );
  return found;
};

const openTemporary = (): number => {
  try {
    return openUnnamed();
  } catch (error) {
    throw new UserError(
      `${tmpdir()}: no temporary file can be made for a log that is no plain file (${codeOf(error)}), allowed: TMPDIR with a folder that can be written`,
    );
  }
};

const gzipSignature = Buffer.of(0x1f, 0x8b);

/** Whether a stream begins as gzip does, however slowly it comes; nothing of it is taken away. */
const isCompressed = async (stream: Readable): Promise<boolean> => {
  const take = (): Buffer | null => stream.read(gzipSignature.length) as Buffer | null;
  let start = take();
  while (start === null && !stream.readableEnded) {
    await Promise.race([once(stream, 'readable'), once(stream, 'end')]);
    start = take();
  }
  if (start) stream.unshift(start);
  return start?.equals(gzipSignature) ?? false;
};

/** The pieces of a stream, each written to a file before it is passed on. */
async function* kept(stream: Readable, descriptor: number): AsyncGenerator<Buffer> {
  for await (const piece of stream) {
    writeAll(descriptor, piece as Buffer);
    yield piece as Buffer;
  }
}

/** `copyInflated` of a pipe, which cannot be read again: what it gives is kept meanwhile. */
const copyInflatedPipe = async (stream: Readable, write: (piece: Buffer) => void): Promise<boolean> => {
  const raw = openTemporary();
  try {
    return await copyInflated(kept(stream, raw), raw, write);
  } finally {
    closeSync(raw);
  }
};

/**
 * Copies a stream to a file, decompressed where it is compressed; resolves to what was wrong with it, or null. `raw`: the
 * file that the stream reads; null for a pipe.
 */
const copy = async (
  stream: Readable,
  descriptor: number,
  name: string,
  raw: number | null,
): Promise<string | null> => {
  const most = roomForCopy();
  let copied = 0;
  const write = (piece: Buffer): void => {
    copied += piece.length;
    if (copied > most)
      throw new UserError(
        `${name}: got more than ${Math.floor(most / 1e6)} MB, half of what is free in ${tmpdir()}, allowed: TMPDIR with more room`,
      );
    writeAll(descriptor, piece);
  };
  try {
    if (!(await isCompressed(stream))) {
      for await (const piece of stream) write(piece as Buffer);
      return null;
    }
    const isWhole = await (raw === null ? copyInflatedPipe(stream, write) : copyInflated(stream, raw, write));
    return isWhole ? null : `damaged after ${copied} bytes of what is compressed in it`;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${name}: cannot be read (${codeOf(error)})`);
  }
};

const beginsCompressed = (descriptor: number): boolean => {
  const start = Buffer.alloc(gzipSignature.length);
  return readSync(descriptor, start, 0, start.length, 0) === start.length && start.equals(gzipSignature);
};

const openPlain = (file: string): number => {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new UserError(`${file}: cannot be read (${codeOf(error)})`);
  }
};

/** Opens what `locateLog` found. The reader closes the descriptor. Errors: UserError. */
export const openLog = (file: string): LogSource => {
  const isStandardInput = standardInputs.includes(file);
  if (!isStandardInput && statOf(file)?.isFile()) {
    const descriptor = openPlain(file);
    if (!beginsCompressed(descriptor))
      return { name: file, descriptor, isPlain: true, complete: Promise.resolve(null) };
    const copied = openTemporary();
    const stream = createReadStream('', { fd: descriptor, start: 0, autoClose: false });
    const complete = copy(stream, copied, file, descriptor).finally(() => closeSync(descriptor));
    return { name: file, descriptor: copied, isPlain: false, complete };
  }
  const descriptor = openTemporary();
  const stream = isStandardInput ? createReadStream('', { fd: 0, autoClose: false }) : createReadStream(file);
  return { name: file, descriptor, isPlain: false, complete: copy(stream, descriptor, file, null) };
};
