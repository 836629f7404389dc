import { expect, test } from 'vitest';
import type { SessionMessage } from '../../../../../src/protocol/session.js';
import { paintScreen, stateAfter } from '../../../../support/painted-screen.js';
import { syntheticFrame, syntheticHeader } from '../../../../support/synthetic-run.js';

/** A run of two teacher nodes, each learned by half of the student nodes; `more`: messages after its frame. */
const halves = (n: number, more: readonly SessionMessage[] = []) => {
  const header = syntheticHeader({ m: 2, n });
  const base = syntheticFrame(header, 1);
  const correlation = [0, 1].map((j) =>
    Array.from({ length: n }, (_, student) => (student % 2 === j ? 0.99 : 0)),
  );
  const best = { bestMatchOfTeacher: [0.99, 0.99], bestStudentOfTeacher: [0, 1] };
  const frame = { ...base, layers: [{ ...base.layers[0], correlation, ...best }] };
  return stateAfter([header, frame, ...more]);
};

test('a folded cell has the number of its student nodes, and the label of its row does not say it again', () => {
  const matrix = paintScreen(halves(400), { columns: 160, rows: 50 }).panels.get('matrix') ?? '';
  const [, inThem, columns] = /(\d+) of 400 student nodes in (\d) folded column/.exec(matrix) ?? [];
  expect(Number(columns)).toBeGreaterThan(0);
  expect(Number(inThem)).toBeGreaterThanOrEqual(200);
  expect(matrix).toMatch(/[01] ◆ .*◆200/);
  expect(matrix).not.toMatch(/◆200.*◆200/);
});

test('whose matrix it is stands in its title where there is a control', () => {
  const header = syntheticHeader({ m: 2, n: 60 });
  const control = [
    { type: 'control-started', step: 1000 },
    syntheticFrame(header, 1),
    { type: 'control-frame', frame: syntheticFrame(header, 1) },
  ] as SessionMessage[];
  const titleOf = (state: ReturnType<typeof halves>, columns: number, view: object = {}): string =>
    paintScreen(state, { columns, rows: 24, view }).panels.get('matrix')?.split('\n')[0] ?? '';
  expect(titleOf(halves(60), 80)).not.toContain(' of the run');
  expect(titleOf(halves(60, control), 80)).toContain('correlation of the run');
  expect(titleOf(halves(60, control), 80, { matrixView: 'control' })).toContain('correlation of the control');
  expect(titleOf(halves(60, control), 200)).toContain('correlation of run and control');
});

test('the legend says between which correlations a node is on its way, where there is room', () => {
  const matrix = paintScreen(halves(60), { columns: 200, rows: 60 }).panels.get('matrix') ?? '';
  expect(matrix).toContain('◐ on its way, 0.5 to 0.95 × lost');
});
