import { expect, test } from 'vitest';
import { paintStrips, stripsARow } from '../../../src/ui/charts/strips.js';
import { Canvas, CellGrid, numberOfRole } from '../../../src/ui/terminal/cells.js';
import { type DrawingName, drawings } from '../../../src/ui/terminal/drawing.js';

const painted = (rows: number, strips: number[][], drawing: DrawingName = 'utf8') => {
  const grid = new CellGrid(6, rows);
  paintStrips(new Canvas(grid), strips, 0.9, drawings[drawing]);
  return grid;
};

const rising = [0.1, 0.5, 0.8, 0.95, 0.99, Number.NaN];

test('a strip is shaded up to the threshold, marked where it crosses it, and full from there on', () => {
  expect(painted(1, [rising]).lines).toEqual([' ░▓◢▇ ']);
  expect(painted(1, [rising], 'ascii').lines[0]).toMatch(/^ [.,]\$\[# $/);
});

test('at a threshold of 0 what is not above is drawn as far below', () => {
  const grid = new CellGrid(6, 1);
  paintStrips(new Canvas(grid), [[0, 0, -0.1, 0, 0.5, 0]], 0, drawings.utf8);
  expect(grid.lines).toEqual(['    ◢ ']);
});

test('only what is above the threshold has its colour', () => {
  const { roles } = painted(1, [rising]);
  const isLearned = [...roles].map((role) => role === numberOfRole('specialized'));
  expect(isLearned).toEqual([false, false, false, true, true, false]);
});

test('two to a row say which of them is above, more than two how many, and by their mean how far where none is', () => {
  const low = new Array(6).fill(0.2);
  const high = new Array(6).fill(0.99);
  expect(painted(1, [high, low]).lines).toEqual(['▀▀▀▀▀▀']);
  expect(painted(1, [low, high]).lines).toEqual(['▄▄▄▄▄▄']);
  expect(painted(1, [high, high]).lines).toEqual(['██████']);
  expect(painted(1, [high, high, high]).lines).toEqual(['██████']);
  expect(painted(1, [high, low, low, low]).lines).toEqual(['▂▂▂▂▂▂']);
  expect(painted(1, [high, high, high, low]).lines).toEqual(['▆▆▆▆▆▆']);
  expect(painted(1, [high, high, low], 'ascii').lines).toEqual(['222222']);
  expect(painted(1, [low, low, low]).lines).toEqual(['······']);
  expect(stripsARow(20, 9)).toBe(3);
});
