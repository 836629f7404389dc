/** Kinds of a protocol buffer's fields. */
const varintType = 0;
const eightBytes = 1;
const lengthDelimited = 2;
const fourBytes = 5;

const varint = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
};

const key = (field: number, type: number): number[] => varint(field * 8 + type);

/** A double. */
export const number64 = (field: number, value: number): number[] => [
  ...key(field, eightBytes),
  ...new Uint8Array(Float64Array.of(value).buffer),
];

/** A float. */
export const number32 = (field: number, value: number): number[] => [
  ...key(field, fourBytes),
  ...new Uint8Array(Float32Array.of(value).buffer),
];

/** Bytes, or a message of fields. */
export const message = (field: number, bytes: readonly number[]): number[] => [
  ...key(field, lengthDelimited),
  ...varint(bytes.length),
  ...bytes,
];

export const text = (field: number, value: string): number[] =>
  message(field, [...new TextEncoder().encode(value)]);

/** A whole number, an enumeration, true or false. */
export const whole = (field: number, value: number): number[] => [
  ...key(field, varintType),
  ...varint(value),
];
