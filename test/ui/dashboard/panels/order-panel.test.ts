import { expect, test } from 'vitest';
import { predictedOf } from '../../../../src/protocol/series/run-series.js';
import { paintScreen, stateAfter } from '../../../support/painted-screen.js';
import { recordRun, trainTo } from '../../../support/small-run.js';

const { run, messages } = recordRun({
  ...{ d: 40, m: 2, multi: 1.5, c: 1, noBias: true, secondLayer: 1, onlineSamples: true, activation: 'erf' },
  ...{ batchSize: 1, learningRate: 1 / 40, studentScale: 0.1, dataStd: 1, teacherChoices: null },
});
trainTo(run, 100);
const state = stateAfter(messages);

const screenOf = (columns: number, rows: number, view = {}): string => {
  return paintScreen(state, { columns, rows, view }).text;
};

test.each([
  [80, 24],
  [160, 50],
  [40, 12],
])('at %dx%d the order parameters stand beside what is predicted', (columns, rows) => {
  const screen = screenOf(columns, rows, { theory: true });
  const { q } = state.frame?.orderParameters ?? { q: [] };
  const predicted = state.frame ? predictedOf(state.frame) : undefined;
  expect(screen).toContain('order parameters');
  expect(screen).toContain(q[0][0].toFixed(3));
  expect(screen).toContain(predicted?.q[0][0].toFixed(3));
});

test('time and rate are those of the equations', () => {
  expect(screenOf(80, 24, { theory: true })).toContain('time 2.5 (steps / d)  rate 1 (lr d)');
});

test('the loss chart says the predicted loss', () => {
  expect(screenOf(160, 50)).toMatch(/predicted \d\.\d\de/);
});

test.each([
  [80, 24],
  [160, 50],
])('at %dx%d it says why nothing is predicted', (columns, rows) => {
  const many = recordRun({
    ...{ d: 40, m: 2, multi: 12, c: 1, noBias: true, secondLayer: 1, onlineSamples: true, activation: 'erf' },
    ...{ batchSize: 1, dataStd: 1, teacherChoices: null },
  });
  const { text } = paintScreen(stateAfter(many.messages), { columns, rows, view: { theory: true } });
  expect(text).toContain('no prediction: 26 nodes in both networks, solved for at most 24 of erf');
  expect(text).not.toContain('predicted');
});

test('what looks like a committee and has no order parameters says why', () => {
  const trained = recordRun({ activation: 'erf', noBias: true, onlineSamples: true });
  const { text } = paintScreen(stateAfter(trained.messages), {
    columns: 80,
    rows: 24,
    view: { theory: true },
  });
  expect(text).toContain('order parameters: none, the second layer is trained (topLayerFixed false)');
});
