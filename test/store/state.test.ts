import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { OwnHeader } from '../../src/protocol/header.js';
import type { SessionMessage } from '../../src/protocol/session.js';
import {
  allBuckets,
  append,
  type Bucket,
  emptyHistory,
  olderBudget,
  recentBudget,
  truncateAfter,
} from '../../src/store/history.js';
import { census, remainingSeconds, stepOf } from '../../src/store/selectors.js';
import { matchSeries, seriesIndex } from '../../src/store/series.js';
import { initialState, reduce, type State } from '../../src/store/state.js';
import { syntheticFrame, syntheticHeader, syntheticMessages } from '../support/synthetic-run.js';

const play = (messages: readonly SessionMessage[], from: State = initialState): State =>
  messages.reduce(reduce, from);

const bucket = (step: number, value: number): Bucket => ({
  fromStep: step,
  toStep: step,
  minimum: [value],
  maximum: [value],
  last: [value],
});

const historyOf = (values: readonly number[]) =>
  values.reduce((history, value, step) => append(history, bucket(step, value)), emptyHistory);

const event = (body: object): RunEvent => ({ type: 'event', step: 0, ...body }) as RunEvent;

test('history keeps every extreme and every step in bounded memory, fast-check seed 11', () => {
  const value = fc.oneof({ weight: 9, arbitrary: fc.double({ noNaN: true }) }, fc.constant(Number.NaN));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 6000, size: 'max' }), (values) => {
      const history = historyOf(values);
      const buckets = allBuckets(history);
      expect(history.recent.length).toBeLessThan(recentBudget + history.framesPerBucket);
      expect(history.older.length).toBeLessThanOrEqual(olderBudget);
      const finite = values.filter((each) => !Number.isNaN(each));
      const seen = buckets.filter((each) => !Number.isNaN(each.minimum[0]));
      expect(seen.reduce((low, each) => Math.min(low, each.minimum[0]), Infinity)).toBe(
        finite.reduce((low, each) => Math.min(low, each), Infinity),
      );
      expect(seen.reduce((high, each) => Math.max(high, each.maximum[0]), -Infinity)).toBe(
        finite.reduce((high, each) => Math.max(high, each), -Infinity),
      );
      expect(buckets.at(-1)?.last[0]).toBe(values.at(-1));
      buckets.forEach((each, at) => {
        expect(each.fromStep).toBe(at === 0 ? 0 : buckets[at - 1].toStep + 1);
      });
    }),
    { seed: 11, numRuns: 15 },
  );
});

test('a spike survives twenty thousand frames', () => {
  const values = Array.from({ length: 20_000 }, (_, step) => (step === 7 ? 99 : 1));
  const history = historyOf(values);
  expect(history.older.length + history.recent.length).toBeLessThan(
    olderBudget + recentBudget + history.framesPerBucket,
  );
  expect(history.older[0].maximum[0]).toBe(99);
});

test('truncation leaves no bucket beyond the step and everything before it', () => {
  const history = truncateAfter(historyOf(Array.from({ length: 3000 }, (_, step) => step)), 1501);
  const buckets = allBuckets(history);
  expect(buckets.at(-1)?.toStep).toBe(1501);
  expect(buckets[0].fromStep).toBe(0);
  expect(append(history, bucket(1502, 1)).recent.at(-1)?.fromStep).toBe(1502);
});

test('a run fills the state', () => {
  const state = play(syntheticMessages({ until: 61 }));
  expect(stepOf(state)).toBe(60_000);
  expect(state.log.state).toBe('recording');
  expect(state.runState).toBe('running');
  expect(allBuckets(state.history)).toHaveLength(61);
  expect(remainingSeconds(state, 84_000)).toBeCloseTo(40_000 / 84_000);
  const since = state.specializedSince[0];
  expect(since[0]).toBeGreaterThan(0);
  expect(since[9]).toBeNull();
});

test('a new header empties the run and keeps the event list and the log', () => {
  const before = play(syntheticMessages({ until: 61 }));
  const after = reduce(before, syntheticHeader({ title: 'Another' }));
  expect(after.events.slice(0, -1)).toEqual(before.events);
  expect(after.events.at(-1)).toMatchObject({ type: 'started', header: { title: 'Another' } });
  expect(after.log).toEqual(before.log);
  expect(allBuckets(after.history)).toEqual([]);
  expect(after.frame).toBeNull();
});

const framesUntil = (until: number): Frame[] =>
  syntheticMessages({ until }).filter((message) => message.type === 'frame');

test('undo leads back to the past before the perturbation, and leaves a mark', () => {
  const rate = event({ event: 'learning-rate', step: 10_000, from: 0.01, to: 0.005, cause: 'key' });
  const perturbed = event({ event: 'perturbed', step: 20_000, threshold: 0.95, summary: 'noise' });
  const before = play([...syntheticMessages({ until: 21 }), rate]);
  const frames = framesUntil(61);
  const state = play([perturbed, ...frames.slice(20)], before);
  const undone = event({ event: 'undone', step: 60_000, toStep: 20_000, summary: 'undid' });
  const back = play([undone, frames[20]], state);
  expect(stepOf(back)).toBe(20_000);
  expect(allBuckets(back.history).at(-1)?.toStep).toBe(20_000);
  expect(back.marks).toEqual([...before.marks, { step: 20_000, kind: 'undone' }]);
  expect(back.specializedSince).toEqual(before.specializedSince);
});

test('nothing of a jump is shown before its frame', () => {
  const state = play(syntheticMessages({ until: 61 }));
  const rewound = event({ event: 'rewound', step: 60_000, toStep: 20_000, summary: 'branch 1' });
  const waiting = reduce(state, rewound);
  expect({ ...waiting, jump: null }).toEqual(state);
  const back = reduce(waiting, framesUntil(21)[20]);
  expect(back.events.at(-1)).toBe(rewound);
  expect(allBuckets(back.history).at(-1)?.toStep).toBe(20_000);
});

test('redo brings back the past that undo or rewind cut, whole', () => {
  const messages = syntheticMessages({ until: 61 });
  const frames = framesUntil(61);
  const state = play(messages);
  const at = { step: 60_000, toStep: 20_000, summary: 'branch 1' };
  const back = play([event({ event: 'rewound', ...at }), frames[20]], state);
  expect(allBuckets(back.history).at(-1)?.toStep).toBe(20_000);
  const redone = event({ event: 'redone', step: 20_000, toStep: 60_000, summary: 'back' });
  const again = play([redone, frames[60]], back);
  expect(allBuckets(again.history).map(({ toStep }) => toStep)).toEqual([
    ...allBuckets(state.history).map(({ toStep }) => toStep),
    60_000,
  ]);
  expect(again.specializedSince).toEqual(state.specializedSince);
  expect([stepOf(again), again.redoable]).toEqual([60_000, []]);
  expect(again.marks.at(-1)).toEqual({ step: 60_000, kind: 'redone' });
});

test('another threshold has other first steps', () => {
  const state = play(syntheticMessages({ until: 101 }));
  const easier = reduce(state, event({ event: 'threshold', step: 100_000, threshold: 0.6 }));
  expect(easier.threshold).toBe(0.6);
  expect(easier.specializedSince[0][0]).toBeLessThan(state.specializedSince[0][0] ?? 0);
  expect(easier.specializedSince[0][9]).not.toBeNull();
});

test('the list of events is bounded', () => {
  const many = Array.from({ length: 2000 }, (_, step) => event({ event: 'paused', step }));
  expect(play(many).events).toHaveLength(500);
});

test('losses stay in the history as they came, NaN included', () => {
  const header = syntheticHeader({});
  const broken: Frame = { ...syntheticFrame(header, 1), trainLoss: Number.NaN };
  const state = play([header, syntheticFrame(header, 0), broken]);
  const [first, second] = allBuckets(state.history);
  expect(first.last[seriesIndex.trainLoss]).toBeGreaterThan(0);
  expect(second.last[seriesIndex.trainLoss]).toBeNaN();
  expect(second.last[matchSeries(header, 0, 4)]).toBe(broken.layers[0].bestMatchOfTeacher[4]);
});

test('columns bring each teacher node its match on the diagonal, and stay a permutation', () => {
  const state = play(syntheticMessages({ until: 101 }));
  const { students, contenders } = state.columns[0];
  expect([...students].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, k) => k));
  expect(students.slice(0, 9)).toEqual(state.frame?.layers[0].bestStudentOfTeacher.slice(0, 9));
  expect(contenders).toBe(1);
});

test('columns do not move for a challenger within the margin', () => {
  const header = syntheticHeader({ m: 1, n: 2 });
  const frame = (first: number, second: number): Frame => {
    const base = syntheticFrame(header, 1);
    const best = Math.max(first, second);
    const student = best === first ? 0 : 1;
    const match = { bestMatchOfTeacher: [best], bestStudentOfTeacher: [student] };
    return { ...base, layers: [{ ...base.layers[0], correlation: [[first, second]], ...match }] };
  };
  const settled = play([header, frame(0.5, 0.2)]);
  expect(settled.columns[0].students).toEqual([0, 1]);
  expect(reduce(settled, frame(0.5, 0.54)).columns[0].students).toEqual([0, 1]);
  expect(reduce(settled, frame(0.5, 0.6)).columns[0].students).toEqual([1, 0]);
});

/** A frame whose only layer has this correlation. */
const frameOf = (header: OwnHeader, correlation: readonly (readonly number[])[]): Frame => {
  const base = syntheticFrame(header, 1);
  const bestMatchOfTeacher = correlation.map((row) => Math.max(...row));
  const bestStudentOfTeacher = correlation.map((row, at) => row.indexOf(bestMatchOfTeacher[at]));
  return {
    ...base,
    layers: [{ ...base.layers[0], correlation, bestMatchOfTeacher, bestStudentOfTeacher }],
  };
};

test('a strong node that lost its match leaves the matches of weaker nodes on the diagonal', () => {
  const header = syntheticHeader({ m: 3, n: 4 });
  const settled = play([
    header,
    frameOf(header, [
      [0.99, 0.1, 0.1, 0.2],
      [0.1, 0.98, 0.1, 0.1],
      [0.1, 0.1, 0.97, 0.1],
    ]),
  ]);
  const killed = reduce(
    settled,
    frameOf(header, [
      [0, 0.1, 0.6, 0.2],
      [0, 0.98, 0.1, 0.1],
      [0, 0.1, 0.97, 0.1],
    ]),
  );
  expect(killed.columns[0].students).toEqual([3, 1, 2, 0]);
});

test('a node whose holder stands elsewhere does not draw away the holder of another', () => {
  const header = syntheticHeader({ m: 3, n: 4 });
  const { columns } = play([
    header,
    frameOf(header, [
      [0.99, 0.1, 0.1, 0.1],
      [0.98, 0.9, 0.1, 0.1],
      [0.1, 0.4, 0.1, 0.1],
    ]),
  ]);
  expect(columns[0].students.slice(0, 3)).toEqual([0, 2, 1]);
});

test('columns stay a permutation and rest while the frame repeats, fast-check seed 17', () => {
  const size = fc.record({ m: fc.integer({ min: 1, max: 6 }), n: fc.integer({ min: 1, max: 9 }) });
  const value = fc.oneof(
    { weight: 5, arbitrary: fc.double({ min: -1, max: 1, noNaN: true }) },
    fc.constant(Number.NaN),
  );
  const matrices = size.chain(({ m, n }) =>
    fc.array(fc.array(fc.array(value, { minLength: n, maxLength: n }), { minLength: m, maxLength: m }), {
      minLength: 1,
      maxLength: 8,
    }),
  );
  fc.assert(
    fc.property(matrices, (frames) => {
      const header = syntheticHeader({ m: frames[0].length, n: frames[0][0].length });
      const ofLatest = frames.map((correlation) => frameOf(header, correlation));
      const state = play([header, ...ofLatest]);
      const { students } = state.columns[0];
      expect([...students].sort((a, b) => a - b)).toEqual([...frames[0][0].keys()]);
      expect(reduce(state, ofLatest[ofLatest.length - 1]).columns).toEqual(state.columns);
    }),
    { seed: 17, numRuns: 200 },
  );
});

test('the census counts nodes and names the unlearned', () => {
  const state = play(syntheticMessages({ until: 101 }));
  const layer = state.frame?.layers[0];
  expect(layer).toBeDefined();
  if (layer) expect(census(layer, 0.95).unlearned).toEqual([9]);
});

describe('a control', () => {
  const started: SessionMessage = { type: 'control-started', step: 20_000 };
  const frames = syntheticMessages({ until: 31 }).filter((message) => message.type === 'frame');
  const control = (at: number): SessionMessage => ({ type: 'control-frame', frame: frames[at] });
  const touched = (at: number): Frame => ({ ...frames[at], stateHash: 'ffffffffffffffff' });
  const beside = play([...syntheticMessages({ until: 21 }), started]);

  test('is compared at the latest step that both have shown', () => {
    const state = play([frames[21], frames[22], control(21)], beside);
    expect(state.control?.compared?.run.step).toBe(21_000);
    expect(state.control?.compared?.control.step).toBe(21_000);
    expect(state.control?.differsSince).toBeNull();
  });

  test('differs from the first step on at which a bit does, until an undo', () => {
    const differing = play([touched(21), control(21), touched(22), control(22)], beside);
    expect(differing.control?.differsSince).toBe(21_000);
    const undone = event({ event: 'undone', step: 22_000, toStep: 21_000, summary: 'undid' });
    const back = play([undone, frames[21]], differing);
    expect(back.control?.differsSince).toBeNull();
  });

  test('that is promoted gives the run its history since it started', () => {
    const before = play([touched(21), control(20), control(21), control(22)], beside);
    const promotion = event({ event: 'promoted', step: 21_000, toStep: 20_000, summary: 'took' });
    const promoted = play([promotion, frames[23]], before);
    expect(promoted.control).toBeNull();
    expect(promoted.history).toEqual(play(syntheticMessages({ until: 24 })).history);
    expect(promoted.marks.at(-1)).toEqual({ step: 20_000, kind: 'control-promoted' });
  });
});

describe('after a perturbation', () => {
  const perturbed = event({ event: 'perturbed', step: 30_000, threshold: 0.95, summary: 'noise' });
  const frames = syntheticMessages({ until: 41 }).filter((message) => message.type === 'frame');
  const lossy = (at: number, evalLoss: number): Frame => ({ ...frames[at], evalLoss });

  test('the losses before and right after it are noted, and the step at which the loss is back', () => {
    const before = play(syntheticMessages({ until: 31 }));
    const loss = before.frame?.evalLoss ?? 0;
    const jumped = play([perturbed, lossy(30, 10 * loss), lossy(31, 2 * loss)], before);
    const noted = { event: perturbed, step: 30_000, before: loss, after: 10 * loss };
    expect(jumped.recoveries).toEqual([{ ...noted, backAt: null }]);
    const back = play([lossy(32, loss), lossy(33, 0.5 * loss)], jumped);
    expect(back.recoveries).toEqual([{ ...noted, backAt: 32_000 }]);
    const undone = event({ event: 'undone', step: 33_000, toStep: 30_000, summary: 'undid' });
    expect(play([undone, frames[30]], back).recoveries).toEqual([]);
    const rewound = event({ event: 'rewound', step: 33_000, toStep: 31_000, summary: 'branch 1' });
    expect(play([rewound, frames[31]], back).recoveries.length).toBe(1);
  });
});
