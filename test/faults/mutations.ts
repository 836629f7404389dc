import fc from 'fast-check';

const oddValues: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  0.5,
  1e308,
  2 ** 53,
  '',
  '../../etc/passwd',
  '/etc/passwd',
  'a\u0000b',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\u202e',
  [],
  {},
  [[[[]]]],
  'x'.repeat(5000),
];

/** Uniform in [0, 1): fc.double draws from all floats alike, of which most are next to 0. */
const fraction = fc.noBias(fc.nat(2 ** 31 - 1)).map((whole) => whole / 2 ** 31);

const byteChange = fc.record({
  how: fc.constantFrom('flip', 'insert', 'remove', 'repeat', 'cut'),
  at: fraction,
  length: fc.integer({ min: 1, max: 64 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }),
});
type ByteChange = typeof byteChange extends fc.Arbitrary<infer T> ? T : never;

const changeBytes = (seed: Buffer, { how, at, length, bytes }: ByteChange): Buffer => {
  const start = Math.floor(at * seed.length);
  const [before, after] = [seed.subarray(0, start), seed.subarray(start)];
  switch (how) {
    case 'flip':
      return Buffer.concat([before, bytes, after.subarray(bytes.length)]);
    case 'insert':
      return Buffer.concat([before, bytes, after]);
    case 'remove':
      return Buffer.concat([before, after.subarray(length)]);
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, length), after]);
    default:
      return Buffer.from(before);
  }
};

type Place = { readonly holder: Record<string, unknown>; readonly key: string };

const placesIn = (value: unknown): Place[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, child]) => [
        { holder: value as Record<string, unknown>, key },
        ...placesIn(child),
      ])
    : [];

const structureChange = fc.record({
  how: fc.constantFrom('replace', 'remove', 'add'),
  at: fraction,
  value: fc.oneof(fc.constantFrom(...oddValues), fc.jsonValue({ maxDepth: 3 })),
  name: fc.oneof(
    fc.constantFrom('__proto__', 'constructor', '../x', '\u001b[2J'),
    fc.string({ maxLength: 20 }),
  ),
});
type StructureChange = typeof structureChange extends fc.Arbitrary<infer T> ? T : never;

const changeStructure = (text: string, { how, at, value, name }: StructureChange): string => {
  const whole: unknown = JSON.parse(text);
  const places = placesIn(whole);
  const place = places[Math.floor(at * places.length)];
  if (place === undefined) return JSON.stringify(value);
  if (how === 'remove') delete place.holder[place.key];
  else
    Object.defineProperty(place.holder, how === 'add' ? name : place.key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return JSON.stringify(whole);
};

const changesOf = <T>(change: fc.Arbitrary<T>) => fc.array(change, { minLength: 1, maxLength: 4 });

/** Bytes out of the blue, or a seed with a few changes to its bytes. */
export const mutatedBytes = (seeds: readonly Buffer[]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 9,
      arbitrary: fc
        .tuple(fc.constantFrom(...seeds), changesOf(byteChange))
        .map(([seed, changes]) => changes.reduce(changeBytes, seed)),
    },
  );

/** As mutatedBytes, and JSON seeds with changes to what they hold. */
export const mutatedJson = (seeds: readonly string[]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    mutatedBytes(seeds.map((seed) => Buffer.from(seed))),
    fc
      .tuple(fc.constantFrom(...seeds), changesOf(structureChange))
      .map(([seed, changes]) => Buffer.from(changes.reduce(changeStructure, seed))),
  );

/** As mutatedBytes, and JSON Lines seeds with changes to one line. */
export const mutatedLines = (lines: readonly string[]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    mutatedBytes([Buffer.from(`${lines.join('\n')}\n`)]),
    fc.tuple(fc.nat(lines.length - 1), changesOf(structureChange)).map(([at, changes]) => {
      const changed = lines.with(at, changes.reduce(changeStructure, lines[at]));
      return Buffer.from(`${changed.join('\n')}\n`);
    }),
  );
