import { appendFileSync } from 'node:fs';

const whole = (name: string, usual: number): number => {
  const value = Number(process.env[name] ?? usual);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name}: got ${process.env[name]}`);
  return value;
};

/** How much the fault tests do: little within `npm test`, all of it under `npm run faults`. */
export const scale = {
  kills: whole('FAULT_KILLS', 2),
  inputs: whole('FAULT_INPUTS', 800),
  keySequences: whole('FAULT_KEYS', 3),
  moments: whole('FAULT_MOMENTS', 40),
  cuts: whole('FAULT_CUTS', 12),
  flips: whole('FAULT_FLIPS', 60),
  injections: whole('FAULT_INJECTIONS', 1),
  runs: whole('FAULT_RUNS', 20),
  frames: whole('FAULT_FRAMES', 2000),
  watchers: whole('FAULT_WATCHERS', 1),
  seed: whole('FAULT_SEED', 1),
} as const;

/** The file that `npm run faults` reads its closing list from. */
const toldIn = process.env.FAULT_COUNTS;

export const isTold = Boolean(toldIn);

/** Tells `npm run faults` what came of a fault: one line of its closing list. */
export const tell = (line: string): void => {
  if (toldIn) appendFileSync(toldIn, `${line}\n`);
};

/** Pseudo-random numbers in [0, 1), the same for the same seed. Source: mulberry32, public domain. */
export const randomNumbers = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
