import { beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '../../../../src/protocol/command.js';
import { DashboardModel } from '../../../../src/ui/dashboard/dashboard-model.js';
import { placedPanels } from '../../../../src/ui/dashboard/layout.js';
import { panelPainters } from '../../../../src/ui/dashboard/panels/panels.js';
import { scrollWindow } from '../../../../src/ui/dashboard/scene.js';
import { keyTable } from '../../../../src/ui/screen/keys.js';
import { Canvas, CellGrid } from '../../../../src/ui/terminal/cells.js';
import { idleSession } from '../../../support/idle-session.js';
import { usualPreferences } from '../../../support/preferences.js';
import { syntheticMessages } from '../../../support/synthetic-run.js';

const halfWay = syntheticMessages({ m: 20, n: 200, until: 50 });

/** A dashboard on a student of 200 nodes, half way. */
const opened = (columns: number, rows: number, messages = halfWay) => {
  const sent: Command[] = [];
  const session = idleSession({ send: (command) => sent.push(command) });
  const model = new DashboardModel({
    ...{ session, presets: () => [], preferences: usualPreferences, onPreferences: () => {}, keys: keyTable },
    shell: { quit() {}, suspend() {}, repaint() {}, setPace() {} },
    ...{ clock: () => 0, columns, rows },
  });
  for (const message of messages) model.receive(message);
  const press = (...keys: string[]): void => {
    for (const key of keys) model.press(key);
  };
  const panel = (id: string): string => {
    const { layout } = model.outline;
    const place = layout && placedPanels(layout).find((each) => each.id === id);
    if (!place) return '';
    const grid = new CellGrid(place.width, place.height);
    panelPainters[place.id](new Canvas(grid), model.scene);
    return grid.lines.join('\n');
  };
  return { model, sent, press, panel };
};

describe.each([
  [40, 12],
  [80, 24],
  [160, 50],
])('the cursor of the matrix at %ix%i', (columns, rows) => {
  let dashboard: ReturnType<typeof opened>;
  beforeEach(() => {
    dashboard = opened(columns, rows);
  });

  test('goes through every teacher node and stops at the last', () => {
    const { model, press } = dashboard;
    const seen: (number | undefined)[] = [];
    for (let at = 0; at < 22; at++) {
      press('down');
      seen.push(model.view.pair?.teacher);
    }
    expect(seen).toEqual([...Array.from({ length: 20 }, (_, at) => at), 19, 19]);
  });

  test('goes sideways by one, ten and all the way, and then to the corners', () => {
    const { model, press } = dashboard;
    press('down', 'home');
    const first = model.view.pair;
    press('right', 'left');
    expect(model.view.pair).toEqual(first);
    press('end');
    const last = model.view.pair;
    expect(last?.student).not.toBe(first?.student);
    press('(', ')');
    expect(model.view.pair).toEqual(last);
    press('end');
    expect(model.view.pair?.teacher).toBe(19);
    press('home', 'home');
    expect(model.view.pair).toEqual(first);
  });

  test('tells all that the frame has of its cell, and asks the run for the weights', () => {
    const { model, sent, press, panel } = dashboard;
    press('down');
    const pair = { layer: 0, teacher: 0, student: model.view.pair?.student ?? -1 };
    expect(sent).toContainEqual({ type: 'watch-pair', pair });
    const shown = model.scene.state.frame?.layers[0];
    const text = panel('pair').replace(/\s+/g, ' ');
    expect(text).toContain(`teacher 0 ‖v‖ 4.00`);
    expect(text).toContain(`student ${pair.student} ‖v‖ ${shown?.fanOutNorm[pair.student].toPrecision(3)}`);
    expect(text).toContain(`correlation ${shown?.bestMatchOfTeacher[0].toFixed(3)}`);
    expect(text).toMatch(/angle -/);
    if (columns > 40) expect(text).toMatch(/learned by s\d+ since \d+/);
    model.receive({
      type: 'pair',
      ...pair,
      step: 49_000,
      angle: 12.345,
      teacherBias: null,
      studentBias: 0.5,
    });
    expect(panel('pair').replace(/\s+/g, ' ')).toContain('angle 12.3');
    press('escape');
    expect(model.view.pair).toBeNull();
    expect(sent.at(-1)).toEqual({ type: 'watch-pair', pair: null });
  });

  test('opens the history of its cell in the place of the charts', () => {
    const { press, panel } = dashboard;
    press('enter');
    expect(panel('pairHistory')).toBe('');
    press('down', 'enter');
    expect(panel('loss')).toBe('');
    expect(panel('pairHistory')).toMatch(/teacher 0, student \d+/);
    expect(panel('pairHistory')).toMatch(/[\u2801-\u28ff╭╮╰╯]/);
    press('enter');
    expect(panel('loss')).not.toBe('');
  });

  test('unfolds the columns around it', () => {
    const { model, press } = dashboard;
    const isFolded = (): boolean => / each/.test(dashboard.panel('matrix'));
    press('down', 'end', 'w');
    const before = model.view.pair?.student;
    press('left', 'right');
    expect(model.view.pair?.student).toBe(before);
    press('w');
    expect(model.view.unfolded).toBe(false);
    expect(isFolded()).toBe(rows > 12);
  });

  test('folded columns say once for all side by side how many nodes they hold', () => {
    if (rows === 12) return;
    const { press, panel } = dashboard;
    press('down', 'w');
    const ruler =
      panel('matrix')
        .split('\n')
        .find((line) => line.includes(' each')) ?? '';
    expect(ruler).not.toContain('+');
    expect(ruler).toMatch(columns === 80 ? /\d+(-\d+)? each/ : /\d+(-\d+)? nodes each/);
  });
});

test('comes in at the rows in sight, though these are further down than the matrix has columns', () => {
  const { model, press } = opened(80, 24, syntheticMessages({ m: 100, n: 120, until: 50 }));
  for (let at = 0; at < 9 && model.view.focus !== 'teachers'; at++) press('tab');
  press('end', 'tab');
  expect(model.view.focus).toBe('matrix');
  press('down');
  expect(model.view.pair?.teacher).toBeGreaterThan(80);
});

test('has an item to come in at where there is no room for any', () => {
  expect(scrollWindow(9, 0, 5)).toEqual({ from: 4, to: 4 });
});
