import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lossActions, readLoss, shownLosses, wholeLoss } from '../../../src/ui/sweep/loss-view.js';

const curve = Array.from({ length: 101 }, (_, epoch) => ({
  epoch,
  mean: epoch === 50 ? Number.NaN : -epoch / 20,
  deviation: 0.1,
  seeds: 8,
}));

test('the whole curve is shown on a log axis with its deviation, without what is not finite', () => {
  const points = shownLosses(curve, wholeLoss);
  expect(points).toHaveLength(100);
  expect(points[40]).toEqual({ epoch: 40, value: -2, low: -2.1, high: -1.9 });
  expect(shownLosses([], wholeLoss)).toEqual([]);
});

test('a loss of one seed has no band', () => {
  const [point] = shownLosses([{ epoch: 0, mean: -2, deviation: Number.NaN, seeds: 1 }], wholeLoss);
  expect(point).toEqual({ epoch: 0, value: -2, low: -2, high: -2 });
});

test('the linear axis has the losses themselves', () => {
  const [first] = shownLosses(curve, lossActions.axis(wholeLoss));
  expect(first.value).toBe(1);
  expect(first.high).toBeCloseTo(10 ** 0.1, 12);
});

test('the cursor starts at the end, steps from record to record, and reads what is recorded', () => {
  let view = lossActions.cursor(wholeLoss, curve);
  expect(readLoss(curve, view)?.epoch).toBe(100);
  for (let step = 0; step < 50; step++) view = lossActions['cursor-back'](view, curve);
  expect(readLoss(curve, view)).toMatchObject({ epoch: 49, mean: -2.45 });
  expect(readLoss(curve, lossActions['cursor-on'](view, curve))?.epoch).toBe(51);
  expect(lossActions.cursor(view, curve).cursor).toBe(null);
});

test('zooming halves the epochs about the cursor and comes back to the whole', () => {
  let view = lossActions['zoom-in'](lossActions.cursor(wholeLoss, curve), curve);
  expect(shownLosses(curve, view).map(({ epoch }) => epoch)).toEqual(
    Array.from({ length: 51 }, (_, at) => 50 + at).filter((epoch) => epoch !== 50),
  );
  view = lossActions['zoom-out'](view, curve);
  expect(view.span).toBe(null);
});

test('whatever is pressed while runs finish, points are shown and the cursor is one of the records, fast-check seed 17', () => {
  const actions = Object.values(lossActions);
  fc.assert(
    fc.property(
      fc.array(fc.record({ action: fc.nat(actions.length - 1), length: fc.nat(101) })),
      (presses) => {
        let view = wholeLoss;
        for (const { action, length } of presses) {
          const recorded = curve.slice(0, length);
          view = actions[action](view, recorded);
          const finite = recorded.filter(({ mean }) => Number.isFinite(mean));
          expect(shownLosses(recorded, view).length > 0).toBe(finite.length > 0);
          const read = readLoss(recorded, view);
          expect(read === null || finite.includes(read)).toBe(true);
        }
      },
    ),
    { seed: 17, numRuns: 300 },
  );
});
