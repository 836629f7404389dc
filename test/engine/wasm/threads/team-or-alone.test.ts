import { describe, expect, test } from 'vitest';
import { TeamOrAlone } from '../../../../src/engine/wasm/threads/team-or-alone.js';

const team = 2;

/** A machine on which a step takes as many milliseconds as are given for a number of threads, at a time. */
const machine = (msPerStep: (threads: number, now: number) => number) => {
  let now = 0;
  const choice = new TeamOrAlone(team, () => now);
  /** Runs so many steps; returns those that were done on each number of threads. */
  const steps = (count: number): Record<number, number> => {
    const done: Record<number, number> = { 1: 0, [team]: 0 };
    choice.run(count, (asked, threads) => {
      for (let i = 0; i < asked; i++) now += msPerStep(threads, now);
      done[threads] += asked;
      return asked;
    });
    return done;
  };
  return { steps };
};

describe('TeamOrAlone', () => {
  test('starts as a team, and stays one where that is faster, a trial now and then aside', () => {
    const { steps } = machine((threads) => (threads === team ? 0.5 : 0.9));
    expect(steps(60)).toEqual({ 1: 0, [team]: 60 });
    expect(steps(40_000)[1]).toBeLessThan(800);
  });

  test.each([0.01, 0.7, 12, 50])('goes alone where a team is slower: steps of %s ms', (ms) => {
    const { steps } = machine((threads) => (threads === team ? 1.2 * ms : ms));
    const many = Math.ceil(20_000 / ms);
    steps(many);
    const later = steps(many);
    expect(later[team]).toBeLessThan(0.06 * many);
    expect(later[team]).toBeGreaterThan(0);
  });

  test('follows the machine within some seconds', () => {
    let isFree = true;
    const { steps } = machine((threads) => (threads === 1 ? 1 : isFree ? 0.5 : 1.3));
    steps(10_000);
    isFree = false;
    steps(3000);
    expect(steps(2000)[1]).toBeGreaterThan(1900);
    isFree = true;
    steps(3000);
    expect(steps(2000)[team]).toBeGreaterThan(1900);
  });

  test('says what went before each part, and stops where training stops', () => {
    const choice = new TeamOrAlone(team, () => 0);
    const parts: [asked: number, before: number][] = [];
    const done = choice.run(10, (asked, _, before) => {
      parts.push([asked, before]);
      return before === 3 ? 0 : asked;
    });
    expect(done).toBe(3);
    expect(parts).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
      [1, 3],
    ]);
  });
});
