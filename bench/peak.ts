import asc from 'assemblyscript/asc';
import { timed } from './peer.ts';

/** Eight chains of multiply-adds that never leave the registers, 8 x 4 lanes x 2 operations a round. */
const source = `
export function run(rounds: i32): f32 {
  let a = f32x4.splat(1), b = f32x4.splat(0.999999), c = f32x4.splat(0.000001);
  let s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a;
  for (let i = 0; i < rounds; i++) {
    s0 = v128.relaxed_madd<f32>(s0, b, c); s1 = v128.relaxed_madd<f32>(s1, b, c);
    s2 = v128.relaxed_madd<f32>(s2, b, c); s3 = v128.relaxed_madd<f32>(s3, b, c);
    s4 = v128.relaxed_madd<f32>(s4, b, c); s5 = v128.relaxed_madd<f32>(s5, b, c);
    s6 = v128.relaxed_madd<f32>(s6, b, c); s7 = v128.relaxed_madd<f32>(s7, b, c);
  }
  s0 = f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7)));
  return f32x4.extract_lane(s0, 0);
}`;
const operationsPerRound = 8 * 4 * 2;
/** A fifth of a millisecond: some attempts fall between whatever else the machine does. */
const rounds = 200_000;
const attempts = 500;

/** The machine's multiply-add peak in WebAssembly on one thread, float32, in GFLOP/s: the best of many attempts. */
export const measurePeak = async (): Promise<number> => {
  const { error, binary } = await asc.compileString(source, {
    optimizeLevel: 3,
    enable: ['simd', 'relaxed-simd'],
    runtime: 'stub',
  });
  if (error || !binary) throw error ?? new Error('the peak kernel does not compile');
  const module = await WebAssembly.compile(binary);
  const instance = new WebAssembly.Instance(module, { env: { abort: () => undefined } });
  const run = instance.exports.run as (rounds: number) => number;
  run(1000);
  const seconds = Array.from({ length: attempts }, () => timed(() => run(rounds)));
  return (rounds * operationsPerRound) / Math.min(...seconds) / 1e9;
};
