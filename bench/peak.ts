import v8 from 'node:v8';
import asc from 'assemblyscript/asc';
import { timed } from './peer.ts';

/** Eight chains of multiply-adds that never leave the registers, each of `vectors` neighbours of 4 lanes that are stored at the end. */
const source = (vectors: 1 | 2): string => {
  const chains = [...Array(8).keys()].flatMap((chain) =>
    [...Array(vectors).keys()].map((vector) => ({
      name: `s${chain}${vector}`,
      at: 16 * (vectors * chain + vector),
    })),
  );
  return `
export function run(rounds: i32): void {
  let ${chains.map(({ name, at }) => `${name} = v128.load(1024, ${at})`).join(', ')};
  for (let i = 0; i < rounds; i++) {
    const b = v128.load(0), c = v128.load32_splat(16 * 2);
    ${chains.map(({ name }) => `${name} = v128.relaxed_madd<f32>(b, c, ${name});`).join(' ')}
  }
  ${[...chains]
    .reverse()
    .map(({ name, at }) => `v128.store(1024, ${name}, ${at});`)
    .join(' ')}
}`;
};
const operationsPerVector = 4 * 2;
/** A fifth of a millisecond: some attempts fall between whatever else the machine does. */
const rounds = 200_000;
const attempts = 3000;

const measure = async (vectors: 1 | 2): Promise<number> => {
  const { error, binary } = await asc.compileString(source(vectors), {
    optimizeLevel: 3,
    enable: ['simd', 'relaxed-simd'],
    runtime: 'stub',
    initialMemory: 1,
  });
  if (error || !binary) throw error ?? new Error('the peak kernel does not compile');
  const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), {
    env: { abort: () => undefined },
  });
  const run = instance.exports.run as (rounds: number) => number;
  run(1000);
  const seconds = Array.from({ length: attempts }, () => timed(() => run(rounds)));
  return (rounds * 8 * vectors * operationsPerVector) / Math.min(...seconds) / 1e9;
};

/**
 * The machine's multiply-add peak in WebAssembly on one thread, float32, in GFLOP/s, the best of many attempts: in vectors
 * of 128 bits, and of 256 where V8 joins them. To be called before any kernels are compiled: sets V8's flag.
 */
export const measurePeaks = async (): Promise<{ readonly narrow: number; readonly wide: number }> => {
  const narrow = await measure(1);
  v8.setFlagsFromString('--experimental-wasm-revectorize');
  return { narrow, wide: await measure(2) };
};
