import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SessionMessage } from '../../src/protocol/session.js';
import { rankCorrelation } from '../../src/store/rank-correlation.js';
import { initialState, reduce, type State } from '../../src/store/state.js';
import { statementsOf } from '../../src/store/statements.js';
import { paintScreen } from '../support/painted-screen.js';
import { recordRun, trainTo } from '../support/small-run.js';

describe('the rank correlation', () => {
  test('of distinct values is 1 - 6 sum d^2 / (n^3 - n)', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 12 }),
        fc.integer(),
        (a, shuffle) => {
          const b = a.map((value, at) => Math.sin(value * 7 + at + shuffle));
          fc.pre(new Set(b).size === b.length);
          const rank = (values: readonly number[]) => values.map((v) => values.filter((w) => w < v).length);
          const squares = rank(a).reduce((sum, r, at) => sum + (r - rank(b)[at]) ** 2, 0);
          const n = a.length;
          expect(rankCorrelation(a, b)).toBeCloseTo(1 - (6 * squares) / (n ** 3 - n), 10);
        },
      ),
      { seed: 1909 },
    );
  });

  test('gives equal values their mean rank, and is no number where nothing varies', () => {
    expect(rankCorrelation([1, 1, 2], [1, 2, 3])).toBeCloseTo(Math.sqrt(3) / 2, 10);
    expect(rankCorrelation([1, 1], [1, 2])).toBeNaN();
  });
});

/** A run that is looked at once it has trained. */
const watched = (steps: number) => {
  const { run, messages } = recordRun({
    epochs: 200,
    learningRate: 0.2,
    strengthDecay: 0.5,
    frameEvery: 100,
  });
  trainTo(run, steps);
  run.handle({ type: 'watch-theory', on: true });
  const state = (messages as SessionMessage[]).reduce<State>(reduce, initialState);
  return { run, messages, state };
};

describe('the statements', () => {
  test('are checked only while somebody looks, and change no bit of the run', () => {
    const { run, messages } = recordRun({ frameEvery: 10 });
    run.handle({ type: 'watch-theory', on: true });
    trainTo(run, 50);
    const plain = recordRun({ frameEvery: 10 });
    trainTo(plain.run, 50);
    expect(plain.messages.some(({ type }) => type === 'theory')).toBe(false);
    expect(messages.filter(({ type }) => type === 'theory').length).toBeGreaterThan(1);
    expect(run.frame().stateHash).toBe(plain.run.frame().stateHash);
    run.handle({ type: 'watch-theory', on: false });
    const before = messages.length;
    trainTo(run, 100);
    expect(messages.slice(before).some(({ type }) => type === 'theory')).toBe(false);
  });

  test('turn from not yet to holding as the student specializes', () => {
    const early = statementsOf(watched(5).state);
    const late = statementsOf(watched(5000).state);
    const verdict = (all: typeof early, id: string) => all.find((one) => one.id === id)?.verdict;
    expect(verdict(early, 'gradient')).toBe('not yet');
    expect(verdict(early, 'order')).toBe('unknown');
    for (const all of [early, late]) expect(verdict(all, 'form')).toBe('holds');
    const value = (all: typeof early): number => all.find(({ id }) => id === 'gradient')?.value ?? 1;
    expect(value(late)).toBeLessThan(value(early) / 3);
  });

  test.each([
    [80, 24],
    [40, 12],
    [160, 50],
  ])('fill a screen of %ix%i', (columns, rows) => {
    const { state } = watched(2000);
    const { grid } = paintScreen(state, { columns, rows, view: { theory: true } });
    const text = grid.lines.join('\n');
    expect(text).toContain('theory');
    expect(text).toMatch(/small gradient at ev/);
    if (rows >= 24) for (const { name } of statementsOf(state)) expect(text).toContain(name);
    if (columns >= 160) expect(text).toContain('by best correlation of every student node');
  });
});
