import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLine } from '../../../src/protocol/line.js';
import type { SessionMessage } from '../../../src/protocol/session.js';
import { initialState, reduce, type State } from '../../../src/store/state.js';
import { orderAgreement, rankCorrelation } from '../../../src/store/statements/rank-correlation.js';
import { statementsOf } from '../../../src/store/statements/statements.js';
import { paintScreen } from '../../support/painted-screen.js';
import { recordRun, trainTo } from '../../support/small-run.js';

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

  test('as a share of what equal values leave is 1 where no pair contradicts the order', () => {
    expect(orderAgreement([1, 1, 2], [1, 2, 3])).toBeCloseTo(1, 12);
    expect(orderAgreement([2, 1, 1], [1, 2, 3])).toBeCloseTo(-1, 12);
    expect(orderAgreement([1, 2, 3, 4], [1, 3, 2, 4])).toBe(rankCorrelation([1, 2, 3, 4], [1, 3, 2, 4]));
    expect(orderAgreement([1, 1], [1, 2])).toBeNaN();
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

  test('are those of the last step once a run rests, however long an evaluation took', () => {
    let [now, tick] = [0, 1e6];
    const clock = (): number => {
      now += tick;
      return now;
    };
    const { run, messages } = recordRun({ frameEvery: 10 }, { clock });
    run.handle({ type: 'watch-theory', on: true });
    // From here on time stands still: no evaluation is due while the run goes on.
    tick = 0;
    const steps = () => messages.flatMap((message) => (message.type === 'theory' ? [message.step] : []));
    trainTo(run, 20, 10);
    expect(steps()).toEqual([0]);
    run.handle({ type: 'pause' });
    expect(steps()).toEqual([0, 20]);
    run.handle({ type: 'advance', by: 'step' });
    trainTo(run, 21);
    expect(steps()).toEqual([0, 20, 21]);
    run.handle({ type: 'resume' });
    trainTo(run, 100, 10);
    expect(steps().at(-1)).toBe(100);
  });

  test('are in the frames of a run that asks for them, as they are found, and read back from its log', () => {
    const { run, messages } = recordRun({ statements: true, frameEvery: 50 });
    trainTo(run, 100);
    const frames = messages.filter((message) => message.type === 'frame');
    expect(frames.map(({ statements }) => typeof statements)).toEqual(['object', 'object', 'object']);
    const [last] = frames.slice(-1);
    const { statements: theory, ...rest } = last;
    expect(parseLine(JSON.parse(JSON.stringify(last)), run.header)).toEqual(last);
    const state = (messages as SessionMessage[]).reduce<State>(reduce, initialState);
    if (typeof theory !== 'object') throw new Error('no theory');
    // What is specialized is judged by the frame's best matches: over the whole evaluation set, and not rounded.
    const teachers = theory.teachers.map((teacher, j) => ({
      ...teacher,
      correlation: last.layers[0].bestMatchOfTeacher[j],
    }));
    expect(state.theory).toEqual({ type: 'theory', step: 100, theory: { ...theory, teachers } });
    expect(state.theoryHistory).toHaveLength(3);
    const plain = recordRun({ frameEvery: 50 });
    trainTo(plain.run, 100);
    plain.run.handle({ type: 'watch-theory', on: true });
    const found = (plain.messages as SessionMessage[]).reduce<State>(reduce, initialState);
    const shown = (of: State) => statementsOf(of).map(({ id, verdict, quantity }) => [id, verdict, quantity]);
    // The form's difference is rounding, of which five digits are rounded again.
    expect(shown(state)).toEqual(shown(found));
    expect(rest).toEqual({
      ...plain.run.frame(),
      batchLoss: rest.batchLoss,
      stepsPerSecond: rest.stepsPerSecond,
      trainingSeconds: rest.trainingSeconds,
    });
    expect(plain.messages.some((message) => 'statements' in message)).toBe(false);
    expect(plain.run.header.experiment).not.toHaveProperty('statements');
    const short = { ...last, statements: { ...theory, students: [] } };
    expect(() => parseLine(JSON.parse(JSON.stringify(short)), run.header)).toThrow();
  });

  test('turn from not yet to holding as the student specializes', () => {
    const early = statementsOf(watched(5).state);
    const late = statementsOf(watched(2000).state);
    const verdict = (all: typeof early, id: string) => all.find((one) => one.id === id)?.verdict;
    expect(verdict(early, 'gradient')).toBe('not yet');
    expect(verdict(early, 'order')).toBe('unknown');
    for (const all of [early, late]) expect(verdict(all, 'form')).toBe('holds');
    const value = (all: typeof early): number => all.find(({ id }) => id === 'gradient')?.value ?? 1;
    expect(value(late)).toBeLessThan(value(early) / 3);
  });

  test('predict no speed where noise moves the weights besides', () => {
    const fallsOf = (options: object) => {
      const { run, messages } = recordRun(options);
      run.handle({ type: 'watch-theory', on: true });
      const { theory } = (messages as SessionMessage[]).reduce<State>(reduce, initialState);
      if (theory === null || typeof theory.theory === 'string') throw new Error('no theory');
      return theory.theory.teachers.map(({ fall }) => Number.isFinite(fall));
    };
    expect(fallsOf({})).not.toContain(false);
    expect(fallsOf({ temperature: 1e-6 })).not.toContain(true);
  });

  const { state } = watched(2000);

  test.each([
    [80, 24],
    [40, 12],
    [160, 50],
  ])('fill a screen of %ix%i', (columns, rows) => {
    const { grid } = paintScreen(state, { columns, rows, view: { theory: true } });
    const text = grid.lines.join('\n');
    expect(text).toContain('theory');
    expect(text).toMatch(/small gradient at ev/);
    if (rows >= 24) for (const { name } of statementsOf(state)) expect(text).toContain(name);
    if (columns >= 160) expect(text).toContain('correlation 1');
  });
});

test('notes on teacher nodes stand beside the L-shape, and a node that no node holds has no mirror image', () => {
  const { state } = watched(2000);
  if (state.theory === null || typeof state.theory.theory === 'string') throw new Error('no theory');
  const { theory } = state.theory;
  const noted = theory.teachers.map((teacher, j) => ({
    ...teacher,
    isMirror: true,
    isHeld: j === 0,
    isConcerned: false,
    correlation: j === 1 ? 0.2 : teacher.correlation,
  }));
  const shown: State = {
    ...state,
    theory: { ...state.theory, theory: { ...theory, teachers: noted } },
    specializedSince: [noted.map(() => 100)],
  };
  const { grid } = paintScreen(shown, { columns: 160, rows: 50, view: { theory: true } });
  const rows = grid.lines.filter((line) => line.includes('unobserved'));
  expect(rows.length).toBe(noted.length);
  expect(rows.filter((line) => line.includes('unobserved  mirror')).length).toBe(1);
  expect(rows.filter((line) => / 0\.200 +- /.test(line)).length).toBe(1);
});
