import fc from 'fast-check';
import stringWidth from 'string-width';
import { beforeAll, expect, test } from 'vitest';
import { expandSweep, type SweepRun } from '../../../src/sweep/expand.js';
import { SweepProgress } from '../../../src/sweep/progress.js';
import type { SweepResult } from '../../../src/sweep/result.js';
import { recoveredShare } from '../../../src/sweep/statistics/cell-quantities.js';
import { statisticsByCell } from '../../../src/sweep/statistics/cell-statistics.js';
import { parseSweepFile, type Sweep } from '../../../src/sweep/sweep-file.js';
import { failedResult, trainRun } from '../../../src/sweep/train-run.js';
import { Trainer } from '../../../src/sweep/trainer.js';
import { columnWidths } from '../../../src/ui/sweep/cell-list.js';
import { sweepKeys } from '../../../src/ui/sweep/sweep-keys.js';
import { SweepModel, type SweepPosition, startPosition } from '../../../src/ui/sweep/sweep-model.js';
import { paintSweep } from '../../../src/ui/sweep/sweep-screen.js';
import type { DrawingName } from '../../../src/ui/terminal/drawing.js';
import { spreadText, terminalSigns } from '../../../src/words/sweep-numbers.js';

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
    results.push(await trainRun(new Trainer(), order, clock, () => {}));
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
    position: startPosition,
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
    for (const key of ['', 'tab', 'tab', 'tab', 'm', 'space', 'down', 'tab', '?']) {
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
  progress.receive({ type: 'result', result: failedResult(runs[6], 'its thread ended', new Date(0)) });
  model.refresh();
  expect(text()).toMatch(/Tiny sweep +RUN/);
  expect(text()).toMatch(/6\/8 runs {2}1 running {2}1 failed/);
  expect(text()).toMatch(/^ {2}m\S* +s\S* +last +log10 loss +failed +runs/m);
  expect(text()).toMatch(/^▸ 1 .* 2\/2 /m);
  expect(text()).toMatch(/^ {2}3 +0 .* ▸1 1\/2 /m);
  expect(text()).toMatch(/^ {2}3 +1 .* 1 +1\/2 /m);
  expect(text()).toMatch(/success by teacher node, 2 s/);
  expect(text()).toMatch(/node epoch 5 +last/);
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

test('the list has of each cell what its statistics say', () => {
  const { model, text } = open(8, 120, 30);
  const [first] = statisticsByCell(results, sweep.file).values();
  const [{ early, last }] = first.layers;
  const numbers = [recoveredShare(early), recoveredShare(last)].map((share) => share.toFixed(2));
  const loss = spreadText(first.lossCurve[6], terminalSigns);
  expect(text()).toContain(`${numbers.join(' ')} ${loss}`.replace(/ +/g, ' '));
  expect(model.scene.statistics).toHaveLength(4);
});

test('a sweep that varies nothing has one cell and a map of it', () => {
  const alone = expandSweep({ ...sweep, file: { ...sweep.file, grid: {} } });
  const progress = new SweepProgress(alone, [], () => 0);
  const shell = { quit: () => {}, suspend: () => {}, repaint: () => {} };
  const options = { title: 'One', folder: '/data', file: sweep.file, drawing: 'utf8' as const };
  const model = new SweepModel({
    ...{ ...options, columns: 80, rows: 24, progress, position: startPosition, shell },
    open: () => {},
  });
  for (const key of ['m', 'v', 'V', 'space', 'down']) model.press(key);
  expect(paintSweep(model.scene).lines.join('\n')).toMatch(/all .* 0\/2/);
});

test('a kept cell stands beside the chosen one, on the same scale, until it is let go', () => {
  const { model, text } = open(8, 100, 24);
  for (const key of ['m', 'space', 'tab', 'down']) model.press(key);
  expect(text()).toMatch(/multi=1,strengthDecay=0 +multi=1,strengthDecay=1/);
  const [heading] = text()
    .split('\n')
    .filter((line) => line.includes('1e'));
  const labels = heading.match(/1e-?\d+(?=┤)/g) ?? [];
  expect(labels).toHaveLength(2);
  expect(labels[0]).toBe(labels[1]);
  model.press('space');
  expect(text()).toMatch(/── ▸cells ─/);
});

test('hidden layers are chosen by brackets, and stop at either end', () => {
  const { model } = open(8);
  for (const key of [']', ']', '[']) model.press(key);
  expect([model.scene.layer, model.scene.layers]).toEqual([0, 1]);
});

/** The screen on a sweep of which one run is known, of a teacher with this many nodes. */
const openWide = (m: number, columns: number, rows: number): string => {
  const [run] = runs;
  const best = Array.from({ length: m }, (_, node) => (node % 2 === 0 ? 1 : 0));
  const epochs = [0, 5, 6].map((epoch) => ({ epoch, trainLoss: 1, evalLoss: 1, bestMatchOfTeacher: [best] }));
  const grid = ['m', 'strengthDecay', 'learningRate'];
  const wide = { ...run, cell: Object.fromEntries(grid.map((name) => [name, 1.25])) };
  const result = { ...results[0], experiment: { ...run.experiment, m }, epochs, cell: wide.cell };
  const progress = new SweepProgress([wide], [result], () => 0);
  const options = {
    title: 'Wide',
    folder: '/data',
    file: sweep.file,
    drawing: 'utf8',
    columns,
    rows,
  } as const;
  const shell = { quit: () => {}, suspend: () => {}, repaint: () => {} };
  return paintSweep(
    new SweepModel({ ...options, progress, position: startPosition, shell, open: () => {} }).scene,
  ).lines.join('\n');
};

test.each([
  [20, 80, 24],
  [20, 120, 40],
  [36, 80, 24],
  [20, 250, 70],
])('all %i teacher nodes stand on a screen of %ix%i', (m, columns, rows) => {
  const screen = openWide(m, columns, rows);
  for (let node = 0; node < m; node++) {
    const rate = node % 2 === 0 ? '1.00' : '0.00';
    expect(screen).toMatch(new RegExp(` ${node} [█░]* ${rate} [█░]* ${rate}(?!\\d)`));
  }
});

test('nodes for which there is no room are counted', () => {
  expect(openWide(500, 80, 24)).toMatch(/466 weaker nodes not shown/);
});

test('values of the cells stand whole, under headings as wide as fits (any table)', () => {
  const word = fc.string({ minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }).chain((columns) => {
        const row = fc.array(word, { minLength: columns, maxLength: columns });
        return fc.tuple(row, fc.array(row, { minLength: 1, maxLength: 5 }), fc.nat(80));
      }),
      ([headings, rows, room]) => {
        const widths = columnWidths(headings, rows, room);
        const least = headings.map((_, at) => Math.max(...rows.map((row) => row[at].length)));
        const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b + 2, 0);
        widths.forEach((width, at) => {
          expect(width).toBeGreaterThanOrEqual(least[at]);
          expect(width).toBeLessThanOrEqual(Math.max(least[at], headings[at].length));
        });
        expect(sum(widths)).toBeLessThanOrEqual(Math.max(room, sum(least)));
      },
    ),
    { seed: 5 },
  );
});

test('the loss axis has whole decades', () => {
  const { model, text } = open(8, 120, 24);
  model.press('tab');
  const labels = text().match(/1e-?[\d.]+(?=┤)/g) ?? [];
  expect(labels.length).toBeGreaterThanOrEqual(2);
  for (const label of labels) expect(label).toMatch(/^1e-?\d+$/);
});

test('enter opens the chosen run, with the place to come back to', () => {
  const { model, asked } = open(3);
  for (const key of ['down', 'right', 'tab', 'enter', 'q', 'ctrl-c']) model.press(key);
  expect(asked).toEqual([
    ['multi=1,strengthDecay=1/seed=5', { cell: 1, run: 1, panel: 'loss', layer: 0 }],
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

test('q closes the help, as its footer says, and then quits', () => {
  const { model, asked, text } = open(3);
  expect(text()).toMatch(/ q quit +$/);
  model.press('?');
  expect(text()).toMatch(/\n esc q close +$/);
  model.press('q');
  expect(asked).toEqual([]);
  model.press('q');
  expect(asked).toEqual(['quit']);
});

test('ctrl-c interrupts under the help too', () => {
  const { model, asked } = open(3);
  for (const key of ['?', 'ctrl-c']) model.press(key);
  expect(asked).toEqual(['interrupt']);
});

test('the end is said; whatever is pressed and resized, it paints, fast-check seed 3', () => {
  const { progress, text } = open(8);
  progress.receive({ type: 'ended', complete: true });
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

test('the losses are read by a cursor, zoomed, and shown on either axis; the chosen panel is theirs', () => {
  const narrow = open(4);
  narrow.model.press('x');
  expect(narrow.text()).toMatch(/epoch 6: 1e/);
  const { model, text } = open(4, 120, 40);
  model.press('x');
  expect(text()).toMatch(/epoch 6: 1e-?\d\.\d\d \+- \d\.\d\d, \d seeds? /);
  model.press(',');
  expect(text()).toMatch(/epoch 5: 1e/);
  model.press('z');
  model.press('a');
  expect(text()).toMatch(/, zoomed, linear/);
  model.press('x');
  expect(text()).toMatch(/evaluation loss over seeds, zoomed, linear/);
});
