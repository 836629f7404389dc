import { expect, test } from 'vitest';
import { pointKind } from '../../../src/net/curvature/curvature.js';
import { parseLine } from '../../../src/protocol/line.js';
import type { SessionMessage } from '../../../src/protocol/session.js';
import { initialState, reduce, type State } from '../../../src/store/state.js';
import { paintScreen } from '../../support/painted-screen.js';
import { framesOf, recordRun, trainTo } from '../../support/small-run.js';

const stateOf = (messages: readonly SessionMessage[]): State => messages.reduce(reduce, initialState);

test('frames have the curvature every so many, and at the end, and its bits are not in the run', () => {
  const { run, messages } = recordRun({ curvatureEvery: 4, frameEvery: 10 });
  trainTo(run, 100);
  const frames = framesOf(messages);
  const measured = frames.filter(({ curvature }) => curvature !== undefined);
  expect(measured.map(({ step }) => step)).toEqual([0, 40, 80, 100]);
  const last = measured[measured.length - 1];
  expect(parseLine(JSON.parse(JSON.stringify(last)), run.header)).toEqual(last);
  expect(stateOf(messages as SessionMessage[]).curvature).toMatchObject({
    step: 100,
    curvature: last.curvature,
  });
  const plain = recordRun({ frameEvery: 10 });
  trainTo(plain.run, 100);
  expect(framesOf(plain.messages).map(({ stateHash }) => stateHash)).toEqual(
    frames.map(({ stateHash }) => stateHash),
  );
  expect(plain.messages.some((message) => 'curvature' in message)).toBe(false);
});

test('is measured on request, shown in the theory view, and not logged', () => {
  const { run, messages } = recordRun();
  trainTo(run, 30);
  run.handle({ type: 'watch-theory', on: true });
  run.handle({ type: 'measure-curvature' });
  const [found] = messages.filter((message) => message.type === 'curvature');
  const { curvature, step } = found;
  if (typeof curvature === 'string') throw new Error(curvature);
  expect(step).toBe(30);
  expect(curvature.parameters).toBe(9 * 15 + 16 * 4);
  expect(curvature.largest.value).toBeGreaterThan(Math.abs(curvature.smallest.value));
  const { text: screen } = paintScreen(stateOf(messages as SessionMessage[]), {
    columns: 120,
    rows: 40,
    view: { theory: true },
  });
  const line = screen.split('\n').find((each) => each.includes('curvature:')) ?? '';
  expect(line).toContain(
    `smallest ${curvature.smallest.value.toPrecision(2)} +- ${curvature.smallest.error.toPrecision(2)}`,
  );
  expect(line).toContain(pointKind(curvature));
});

test('a student with nothing negative is at a minimum, on a steep place nowhere', () => {
  const end = (value: number) => ({ value, error: 0 });
  const rest = { gradientNorm: 1, parameters: 9, samples: 9, of: 9, products: 9, largest: end(10) };
  expect(pointKind({ ...rest, smallest: end(-0.005), descent: 1e-6 })).toBe('minimum or flat');
  expect(pointKind({ ...rest, smallest: end(-3), descent: 1e-6 })).toBe('saddle');
  expect(pointKind({ ...rest, smallest: { value: 0.02, error: 0.01 }, descent: 1e-6 })).toBe('minimum');
  expect(pointKind({ ...rest, smallest: end(-3), descent: 0.2 })).toBe('slope');
  expect(pointKind({ ...rest, smallest: { value: 0.001, error: 0.1 }, descent: 0 })).toBe('unclear');
  expect(pointKind({ ...rest, smallest: end(0), descent: Number.NaN })).toBe('minimum or flat');
});

test('a watched log without statements says so in the theory, above what it has measured', () => {
  const { run, messages } = recordRun({ curvatureEvery: 1, richness: true });
  trainTo(run, 10);
  const watched = { type: 'log', state: 'watched', path: null, reason: '' } as const;
  const state = stateOf([...(messages as SessionMessage[]), watched]);
  const { text } = paintScreen(state, { columns: 110, rows: 30, view: { theory: true } });
  expect(text).toContain('the log has no statements up to here: --set statements=true records them');
  expect(text).toMatch(/curvature: (slope|saddle|minimum|minimum or flat|unclear) +largest/);
  expect(text).toContain('richness: weights moved');
  if (!state.frame) throw new Error('no frame');
  const fromZero = { distance: [Number.POSITIVE_INFINITY, 2], kernel: Number.NaN };
  const grown = { ...state, frame: { ...state.frame, richness: fromZero } };
  const painted = paintScreen(grown, { columns: 110, rows: 30, view: { theory: true } });
  expect(painted.text).toMatch(/richness: weights moved - 2.0x *│/);
});
