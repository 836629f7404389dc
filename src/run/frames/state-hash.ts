import type { Precision } from '../../engine/index.js';
import { type Network, storedArrays } from '../../net/index.js';

const seeds = [0x811c9dc5, 0x050c5d1f] as const;

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** The body of MurmurHash3 (32 bits, Appleby) over whole words; a flipped sign reaches every bit that follows. */
const murmur = (words: Uint32Array, hash: number): number => {
  let h = hash;
  for (let i = 0; i < words.length; i++) {
    const k = Math.imul(rotateLeft(Math.imul(words[i], 0xcc9e2d51), 15), 0x1b873593);
    h = (Math.imul(rotateLeft(h ^ k, 13), 5) + 0xe6546b64) | 0;
  }
  return h >>> 0;
};

/**
 * Sixteen hexadecimal digits that are equal for equal students: two hashes over the weights' bits at the
 * engine's precision, array after array.
 */
export const stateHash = (student: Network, precision: Precision): string => {
  const words = storedArrays(student).map((data) => {
    const weights = precision === 'float32' ? Float32Array.from(data) : Float64Array.from(data);
    return new Uint32Array(weights.buffer);
  });
  return seeds
    .map((seed) => words.reduce((hash, array) => murmur(array, hash), seed as number))
    .map((hash) => hash.toString(16).padStart(8, '0'))
    .join('');
};
