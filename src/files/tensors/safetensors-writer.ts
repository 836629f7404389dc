/** An array with its name and shape. */
export type NamedTensor = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
};

/** Floating-point formats. */
export type FloatFormat = 'F32' | 'F64';

const headerBytesMultiple = 8;

const bytesOf = (values: Float64Array, dtype: FloatFormat): Uint8Array => {
  const typed = dtype === 'F32' ? Float32Array.from(values) : values;
  // The format is little-endian, as every processor is on which Node runs WebAssembly SIMD.
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
};

/**
 * A safetensors file: u64 header length, JSON header padded with blanks, little-endian data in the order given.
 * `metadata` is free text by name, which readers of the format hand on.
 */
export const encodeSafetensors = (
  tensors: readonly (NamedTensor & { readonly dtype: FloatFormat })[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array => {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts = tensors.map(({ values, dtype }) => bytesOf(values, dtype));
  let end = 0;
  tensors.forEach(({ name, shape, dtype }, at) => {
    const begin = end;
    end += parts[at].byteLength;
    header[name] = { dtype, shape, data_offsets: [begin, end] };
  });
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / headerBytesMultiple) * headerBytesMultiple;
  const file = new Uint8Array(8 + padded + end).fill(0x20, 8, 8 + padded);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(text, 8);
  let at = 8 + padded;
  for (const part of parts) {
    file.set(part, at);
    at += part.byteLength;
  }
  return file;
};
