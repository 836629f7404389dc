import { readUserFile, UserError } from '../../input/index.js';
import { builtIn } from '../../package/index.js';

/** Images of one file: bytes 0 to 255, [count x height x width]. */
export type IdxImages = {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
};

const largestFileBytes = 256 * 1024 ** 2;
const headerBytes = 16;
/** Magic number of an IDX file of unsigned bytes in three dimensions. */
const imagesMagic = 0x00000803;

const labelsHeaderBytes = 8;
/** Of unsigned bytes in one dimension. */
const labelsMagic = 0x00000801;

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const unzipped = (bytes: Buffer, path: string): Buffer => {
  if (!isGzip(bytes)) return bytes;
  try {
    return builtIn.zlib().gunzipSync(bytes, { maxOutputLength: largestFileBytes });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${path}: got a gzip file that cannot be read (${reason}), allowed: a whole one`);
  }
};

/**
 * Reads a file of images in MNIST's IDX format, gzip or not. Errors: UserError naming the file for one that is
 * missing, truncated, too long, or of another format. Source: yann.lecun.com/exdb/mnist, "FILE FORMATS".
 */
export const readIdxImages = (path: string): IdxImages => {
  const bytes = unzipped(readUserFile(path, largestFileBytes), path);
  if (bytes.length < headerBytes)
    throw new UserError(`${path}: got ${bytes.length} bytes, allowed: an IDX header of ${headerBytes} first`);
  const magic = bytes.readUInt32BE(0);
  if (magic !== imagesMagic)
    throw new UserError(
      `${path}: got the magic number 0x${magic.toString(16).padStart(8, '0')}, allowed: 0x00000803, images of bytes`,
    );
  const [count, height, width] = [4, 8, 12].map((at) => bytes.readUInt32BE(at));
  const expected = headerBytes + count * height * width;
  if (bytes.length !== expected)
    throw new UserError(
      `${path}: got ${bytes.length} bytes, allowed: ${expected} for ${count} images of ${height}x${width}`,
    );
  return { count, height, width, pixels: bytes.subarray(headerBytes) };
};

/** Reads a file of labels in the same format. Errors: UserError likewise. */
export const readIdxLabels = (path: string): Uint8Array => {
  const bytes = unzipped(readUserFile(path, largestFileBytes), path);
  if (bytes.length < labelsHeaderBytes || bytes.readUInt32BE(0) !== labelsMagic)
    throw new UserError(`${path}: got no labels of bytes, allowed: the magic number 0x00000801 first`);
  const count = bytes.readUInt32BE(4);
  if (bytes.length !== labelsHeaderBytes + count)
    throw new UserError(
      `${path}: got ${bytes.length} bytes, allowed: ${labelsHeaderBytes + count} for ${count} labels`,
    );
  return bytes.subarray(labelsHeaderBytes);
};
