/** Names of the independent random streams of a run; adding one leaves the others as they are. */
export type StreamName =
  | ('teacher' | 'student' | 'train-data' | 'eval-data')
  | ('batches' | 'perturbation' | 'curvature' | 'manifold' | 'noise');

/** The four 32-bit words of a xoshiro128** generator. */
export type RandomState = Uint32Array;

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** Final mixer of MurmurHash3 (32 bits), used to spread seeds. */
const mix = (value: number): number => {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** What a generator gives out of its second word. */
const scrambled = (word: number): number => Math.imul(rotateLeft(Math.imul(word, 5), 7), 9) >>> 0;

/** A number in [0, 1) of the upper 27 and 26 bits of two words. */
const uniformOf = (high: number, low: number): number =>
  ((high >>> 5) * 0x4000000 + (low >>> 6)) / 0x20000000000000;

/** Box and Muller's first number of two uniform ones. */
const normalOf = (forRadius: number, forAngle: number): number =>
  Math.sqrt(-2 * Math.log(1 - forRadius)) * Math.cos(2 * Math.PI * forAngle);

/** Words that a normal number is drawn from, and normal numbers whose words are drawn together. */
const wordsOfNormal = 4;
const normalsAtOnce = 256;

/** Initial state of the named stream of a run with this seed. */
export const streamState = (seed: number, name: StreamName): RandomState => {
  let key = mix(seed ^ 0x9e3779b9);
  for (const character of name) key = mix(key ^ character.charCodeAt(0));
  const state = new Uint32Array(4);
  for (let word = 0; word < 4; word++) {
    key = (key + 0x9e3779b9) >>> 0;
    state[word] = mix(key);
  }
  return state;
};

/**
 * A seeded random stream: xoshiro128** (Blackman and Vigna 2018), the same bits on every machine.
 *
 * The kernels carry the same generator, so that a run sampled inside WebAssembly and one sampled
 * here draw the same batches.
 */
export class RandomStream {
  readonly state: RandomState;

  constructor(state: RandomState) {
    this.state = Uint32Array.from(state);
  }

  static of(seed: number, name: StreamName): RandomStream {
    return new RandomStream(streamState(seed, name));
  }

  /** A uniform integer in [0, 2^32). */
  nextUint32(): number {
    const s = this.state;
    const result = scrambled(s[1]);
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** A uniform integer in [0, bound), bound at most 2^21; its bias is below bound / 2^32. */
  nextIndex(bound: number): number {
    return Math.floor((this.nextUint32() * bound) / 0x100000000);
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  nextUniform(): number {
    return uniformOf(this.nextUint32(), this.nextUint32());
  }

  /** A standard normal number (Box and Muller's method; the second of each pair is not kept, so that the state is four words). */
  nextNormal(): number {
    return normalOf(this.nextUniform(), this.nextUniform());
  }

  /** Fills an array with normal numbers times `scale`: those that `nextNormal` gives one by one, in two thirds of the time. */
  fillNormals(out: Float64Array, scale: number): void {
    const words = new Uint32Array(wordsOfNormal * Math.min(out.length, normalsAtOnce));
    for (let first = 0; first < out.length; first += normalsAtOnce) {
      const count = Math.min(normalsAtOnce, out.length - first);
      this.#fillUint32(words.subarray(0, wordsOfNormal * count));
      for (let i = 0, word = 0; i < count; i++, word += wordsOfNormal) {
        const forRadius = uniformOf(words[word], words[word + 1]);
        out[first + i] = scale * normalOf(forRadius, uniformOf(words[word + 2], words[word + 3]));
      }
    }
  }

  /** As many calls of `nextUint32`, with the state in registers. */
  #fillUint32(out: Uint32Array): void {
    let [a, b, c, d] = this.state;
    for (let i = 0; i < out.length; i++) {
      out[i] = scrambled(b);
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = rotateLeft(d, 11);
    }
    this.state.set([a, b, c, d]);
  }
}
