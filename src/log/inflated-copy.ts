import { readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Gunzip } from 'node:zlib';
import { builtIn } from '../package/index.js';
import { codeOf } from './failure.js';

const pieceBytes = 64 * 1024;

/** What the engine inflates at once, and drops where it meets damage before this much is full. */
const inflatedBytes = 4096;

const isDamage = (error: unknown): boolean => codeOf(error).startsWith('Z_');

/** An engine that passes on what it inflates as it comes: what is still in a queue when damage is met would be lost. */
const inflater = (take: (piece: Buffer) => void): Gunzip => {
  const { constants, createGunzip } = builtIn.zlib();
  // What was written before a compressor was killed is read as far as it goes.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: inflatedBytes });
  gunzip.on('data', (piece: Buffer) => {
    try {
      take(piece);
    } catch (error) {
      gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  return gunzip;
};

/** The bytes of a file: those up to `sound` in large pieces, the others one by one. */
function* piecesOf(descriptor: number, sound: number): Generator<Buffer> {
  for (let at = 0; ; ) {
    const piece = Buffer.alloc(at < sound ? Math.min(pieceBytes, sound - at) : 1);
    const count = readSync(descriptor, piece, 0, piece.length, at);
    if (count === 0) return;
    at += count;
    yield piece.subarray(0, count);
  }
}

/**
 * Inflates a stream of gzip, members one after another, up to its end or to damage, and gives all that stands before it.
 * `raw`: a file that has the bytes of the stream by the time they are read. Resolves to whether it is whole. Errors: those of
 * the stream, and of `write`.
 */
export const copyInflated = async (
  stream: AsyncIterable<Buffer>,
  raw: number,
  write: (piece: Buffer) => void,
): Promise<boolean> => {
  let written = 0;
  const first = inflater((piece) => {
    write(piece);
    written += piece.length;
  });
  try {
    await pipeline(stream, first);
    return true;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  // Once more, the bytes at the damage one by one: what comes out of each is there before the next goes in.
  let inflated = 0;
  const second = inflater((piece) => {
    const known = Math.min(piece.length, Math.max(0, written - inflated));
    inflated += piece.length;
    write(piece.subarray(known));
  });
  await pipeline(piecesOf(raw, first.bytesWritten), second).catch((error) => {
    if (!isDamage(error)) throw error;
  });
  return false;
};
