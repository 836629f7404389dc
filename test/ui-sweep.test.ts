import fc from 'fast-check';
import stringWidth from 'string-width';
import { beforeAll, expect, test } from 'vitest';
import { carryOut, lostResult } from '../src/sweep/carry-out.js';
import { expandSweep, type SweepRun } from '../src/sweep/expand.js';
import { SweepProgress } from '../src/sweep/progress.js';
import type { SweepResult } from '../src/sweep/result.js';
import { parseSweepFile, type Sweep } from '../src/sweep/sweep-file.js';
import { Trainer } from '../src/sweep/train.js';
import type { DrawingName } from '../src/ui/drawing.js';
import { SweepModel, type SweepPosition, sweepKeys } from '../src/ui/sweep/sweep-model.js';
import { paintSweep } from '../src/ui/sweep/sweep-screen.js';

const sweep: Sweep = {
  name: 'tiny',
  origin: 'tiny.json',
  file: parseSweepFile(
    {
      title: 'Tiny sweep',
      shows: 'Nothing.',
      experiment: {
        d: 6,
        m: 3,
        c: 3,
        trainSize: 60,
        evalSize: 50,
        stepsPerEpoch: 20,
        epochs: 6,
        learningRate: 0.05,
        precision: 'float64',
      },
      grid: { multi: [1, 3], strengthDecay: [0, 1] },
      seeds: { first: 4, count: 2 },
    },
    'tiny.json',
  ),
};
const runs = expandSweep(sweep);
const results: SweepResult[] = [];
beforeAll(async () => {
  const clock = { now: () => 0, date: () => new Date(0) };
  for (const run of runs) {
    const order = { run, settings: sweep.file, choice: { engine: 'naive', strict: false } as const };
    results.push(await carryOut(new Trainer(), order, clock, () => {}));
  }
});

const open = (finished: number, columns = 80, rows = 24, drawing: DrawingName = 'utf8') => {
  const progress = new SweepProgress(runs, results.slice(0, finished), () => 0);
  const asked: unknown[] = [];
  const model = new SweepModel({
    title: 'Tiny sweep',
    folder: '/data/sweeps/tiny',
    file: sweep.file,
    progress,
    drawing,
    columns,
    rows,
    position: { cell: 0, run: 0, panel: 'success' },
    shell: {
      quit: (reason) => asked.push(reason),
      suspend: () => asked.push('suspend'),
      repaint: () => asked.push('repaint'),
    },
    open: (run: SweepRun, position: SweepPosition) => asked.push([run.id, position]),
  });
  const text = (): string => paintSweep(model.scene).lines.join('\n');
  return { model, progress, asked, text };
};

test.each([
  [40, 12],
  [80, 24],
  [120, 40],
  [160, 50],
  [250, 70],
])('at %ix%i every row is as wide as the terminal, whatever is known', (columns, rows) => {
  for (const finished of [0, 1, 5, 8]) {
    const { model } = open(finished, columns, rows);
    for (const key of ['', 'tab', 'tab', '?']) {
      model.press(key);
      const { lines } = paintSweep(model.scene);
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(stringWidth(line)).toBe(columns);
    }
  }
});

test('progress, cells, success rates and the chosen run stand on the screen', () => {
  const { model, progress, text } = open(5);
  progress.receive({ type: 'started', run: runs[5] });
  progress.receive({ type: 'epoch', run: runs[5], epoch: 2 });
  progress.receive({ type: 'result', result: lostResult(runs[6], 'its thread ended', new Date(0)) });
  model.receive({ type: 'epoch', run: runs[5], epoch: 2 });
  expect(text()).toMatch(/Tiny sweep +RUN/);
  expect(text()).toMatch(/6\/8 runs {2}1 running {2}1 failed/);
  expect(text()).toMatch(/▸ multi=1,strengthDecay=0 +2\/2/);
  expect(text()).toMatch(/multi=3,strengthDecay=0 ▸1 1\/2/);
  expect(text()).toMatch(/1 failed 1\/2/);
  expect(text()).toMatch(/epoch 5 +last, 2 seeds/);
  model.press('down');
  model.press('down');
  model.press('right');
  expect(text()).toContain('seed 5 (2 of 2): epoch 2 of 6');
  model.press('down');
  expect(text()).toMatch(/no finished run yet/);
});

test('panels follow one another; on a tall screen all are there', () => {
  const { model, text } = open(8);
  model.press('tab');
  expect(text()).toMatch(/evaluation loss over seeds[\s\S]*╰[\s\S]*6 epochs/u);
  model.press('tab');
  expect(text()).toMatch(/student nodes[\s\S]*[\u2801-\u28ff][\s\S]*correlation 1/);
  const tall = open(8, 120, 44).text();
  for (const title of ['success by teacher node', 'evaluation loss', 'student nodes'])
    expect(tall).toContain(title);
  expect(open(8, 120, 44, 'ascii').text()).toMatch(/^[\x20-\x7e\n]*$/);
});

test('enter opens the chosen run, with the place to come back to', () => {
  const { model, asked } = open(3);
  for (const key of ['down', 'right', 'tab', 'enter', 'q', 'ctrl-c']) model.press(key);
  expect(asked).toEqual([
    ['multi=1,strengthDecay=1/seed=5', { cell: 1, run: 1, panel: 'loss' }],
    'quit',
    'interrupt',
  ]);
});

test('help lists every key, and any other key closes it', () => {
  const { model, text } = open(3);
  model.press('?');
  for (const { description } of sweepKeys) expect(text()).toContain(description.slice(0, 40));
  model.press('down');
  expect(text()).not.toContain('the cell above');
  expect(model.scene.cell).toBe(0);
});

test('the end is said; whatever is pressed and resized, it paints, fast-check seed 3', () => {
  const { model, text } = open(8);
  model.receive({ type: 'ended', complete: true });
  expect(text()).toContain(' DONE ');
  const keys = fc.constantFrom(...sweepKeys.flatMap(({ keys }) => keys));
  const size = fc.record({
    columns: fc.integer({ min: 10, max: 200 }),
    rows: fc.integer({ min: 4, max: 70 }),
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(keys, size), { maxLength: 30 }), (actions) => {
      const opened = open(4);
      for (const action of actions)
        if (typeof action === 'string') opened.model.press(action);
        else opened.model.resize(action.columns, action.rows);
      const { columns, rows } = opened.model.scene;
      const { lines } = paintSweep(opened.model.scene);
      expect(lines.map((line) => stringWidth(line))).toEqual(new Array(rows).fill(columns));
    }),
    { seed: 3, numRuns: 60 },
  );
});
