import { UserError } from '../../input/index.js';
import { builtIn } from '../../package/index.js';
import { readSafetensorsMetadata } from './safetensors.js';
import { encodeSafetensors } from './safetensors-writer.js';

const key = 'sha256';
const blank = '0'.repeat(64);

/** Where in a file the checksum's digits stand. */
const placeOf = (file: Uint8Array, digits: string): number =>
  Buffer.from(file.buffer, file.byteOffset, file.byteLength).indexOf(`"${key}":"${digits}"`) + key.length + 4;

/** Checksum of a file whose own digits count as zeros. */
const checksumOf = (file: Uint8Array, place: number): string =>
  builtIn
    .crypto()
    .createHash('sha256')
    .update(file.subarray(0, place))
    .update(blank)
    .update(file.subarray(place + blank.length))
    .digest('hex');

/** A safetensors file with a checksum of all its other bytes in the metadata; see `encodeSafetensors`. */
export const encodeSealed = (
  tensors: Parameters<typeof encodeSafetensors>[0],
  metadata: Readonly<Record<string, string>>,
): Uint8Array => {
  const file = encodeSafetensors(tensors, { ...metadata, [key]: blank });
  const place = placeOf(file, blank);
  file.set(new TextEncoder().encode(checksumOf(file, place)), place);
  return file;
};

/** Whether a file has a checksum. Errors: UserError naming `origin` where it is not that of the file's bytes. */
export const checkSeal = (file: Uint8Array, origin: string): boolean => {
  const digits = readSafetensorsMetadata(file, origin)[key];
  if (digits === undefined) return false;
  const place = placeOf(file, digits);
  if (digits.length !== blank.length || checksumOf(file, place) !== digits)
    throw new UserError(`${origin}: damaged: its bytes are not those that were written`);
  return true;
};
