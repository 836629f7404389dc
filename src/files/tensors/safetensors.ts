import * as z from 'zod';
import { later, UserError } from '../../input/index.js';

const largestHeaderBytes = 16 * 1024 ** 2;

/** The upper half of a float32. Source: Google's bfloat16. */
const widenBfloat16 = (bits: number): number =>
  new Float32Array(Uint32Array.of((bits << 16) >>> 0).buffer)[0];

/** One bit of sign, five of exponent, ten of fraction. Source: IEEE 754, binary16. */
const widenFloat16 = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
};

/** Bytes of an element and how to read one; little-endian. Integers of 64 bits must fit a double exactly. */
const formats = {
  F64: { bytes: 8, read: (view: DataView, at: number) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view: DataView, at: number) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view: DataView, at: number) => widenFloat16(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view: DataView, at: number) => widenBfloat16(view.getUint16(at, true)) },
  I64: { bytes: 8, read: (view: DataView, at: number) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view: DataView, at: number) => view.getInt32(at, true) },
  I16: { bytes: 2, read: (view: DataView, at: number) => view.getInt16(at, true) },
  I8: { bytes: 1, read: (view: DataView, at: number) => view.getInt8(at) },
  U64: { bytes: 8, read: (view: DataView, at: number) => Number(view.getBigUint64(at, true)) },
  U32: { bytes: 4, read: (view: DataView, at: number) => view.getUint32(at, true) },
  U16: { bytes: 2, read: (view: DataView, at: number) => view.getUint16(at, true) },
  U8: { bytes: 1, read: (view: DataView, at: number) => view.getUint8(at) },
  BOOL: { bytes: 1, read: (view: DataView, at: number) => view.getUint8(at) },
} as const;

type Dtype = keyof typeof formats;

/** A named array read from a safetensors file, widened to double precision. */
export type Tensor = {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly values: Float64Array;
};

const dtypes = Object.keys(formats) as [Dtype, ...Dtype[]];

const size = z.int().min(0);
const entrySchema = later(() =>
  z.strictObject({
    dtype: z.enum(dtypes),
    shape: z.array(size).max(8),
    data_offsets: z.tuple([size, size]),
  }),
);
type Entry = z.output<typeof entrySchema>;

const parseHeader = (bytes: Uint8Array, refuse: (what: string) => UserError): Record<string, unknown> => {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return z.record(z.string(), z.unknown()).parse(header);
  } catch {
    throw refuse('its header is not a JSON object');
  }
};

const readHeader = (file: Uint8Array, refuse: (what: string) => UserError) => {
  if (file.byteLength < 8) throw refuse(`it has ${file.byteLength} bytes, allowed: at least 8`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getBigUint64(0, true);
  const most = Math.min(file.byteLength - 8, largestHeaderBytes);
  if (length > BigInt(most)) throw refuse(`its header has ${length} bytes, allowed: at most ${most}`);
  const start = 8 + Number(length);
  const data = new DataView(file.buffer, file.byteOffset + start, file.byteLength - start);
  return { header: parseHeader(file.subarray(8, start), refuse), data };
};

/** Reads one tensor whose entry says where it is. Throws what `refuse` makes of an entry that is not possible. */
const readTensor = (entry: Entry, data: DataView, refuse: (what: string) => UserError): Tensor => {
  const { dtype, shape } = entry;
  const [begin, end] = entry.data_offsets;
  const { bytes, read } = formats[dtype];
  const elements = shape.reduce((product, length) => product * length, 1);
  if (begin > end || end > data.byteLength)
    throw refuse(`data_offsets [${begin}, ${end}], allowed: within ${data.byteLength} bytes of data`);
  if (end - begin !== elements * bytes)
    throw refuse(
      `${end - begin} bytes, allowed: ${elements * bytes} for ${dtype} of shape [${shape.join(', ')}]`,
    );
  const values = new Float64Array(elements);
  for (let i = 0; i < elements; i++) values[i] = read(data, begin + i * bytes);
  if (/64$/.test(dtype) && dtype !== 'F64' && !values.every(Number.isSafeInteger))
    throw refuse('an integer beyond 2^53');
  return { dtype, shape, values };
};

/** The free text in a safetensors file's header, by name. Errors: those of readSafetensors for the header. */
export const readSafetensorsMetadata = (
  file: Uint8Array,
  origin: string,
): Readonly<Partial<Record<string, string>>> => {
  const refuse = (what: string): UserError => new UserError(`${origin}: not a safetensors file: ${what}`);
  const metadata = z
    .record(z.string(), z.string())
    .safeParse(readHeader(file, refuse).header.__metadata__ ?? {});
  if (!metadata.success) throw refuse('its metadata is not text by name');
  return metadata.data;
};

/**
 * Reads the tensors of a safetensors file by name: u64 header length, JSON header, little-endian data.
 *
 * Errors: UserError naming `origin` and the tensor for a header, type, offset or size that cannot be.
 */
export const readSafetensors = (file: Uint8Array, origin: string): ReadonlyMap<string, Tensor> => {
  const refuse = (what: string): UserError => new UserError(`${origin}: not a safetensors file: ${what}`);
  const { header, data } = readHeader(file, refuse);
  const tensors = new Map<string, Tensor>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (!/^[\w.-]{1,200}$/.test(name))
      throw refuse(
        `tensor name ${JSON.stringify(name).slice(0, 60)}, allowed: letters, digits, ".", "_", "-"`,
      );
    const refuseTensor = (what: string): UserError =>
      new UserError(`${origin}: tensor "${name}": got ${what}`);
    const entry = entrySchema.safeParse(value);
    if (!entry.success)
      throw refuseTensor(
        `${entry.error.issues[0].path.join('.') || 'entry'} ${JSON.stringify(value).slice(0, 80)}, ` +
          `allowed: a dtype of ${dtypes.join(', ')}, a shape and two data_offsets`,
      );
    tensors.set(name, readTensor(entry.data, data, refuseTensor));
  }
  return tensors;
};
