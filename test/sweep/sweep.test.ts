import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { noLosses } from '../../src/engine/engine.js';
import { createNaiveEngine } from '../../src/engine/naive/naive-engine.js';
import { resolveExperiment } from '../../src/experiment/draft.js';
import { loadPreset } from '../../src/experiment/preset.js';
import { FolderLock, sweeping } from '../../src/files/folder-lock.js';
import { UserError } from '../../src/input/user-error.js';
import { bestMatchOfTeacher } from '../../src/net/metrics/best-match.js';
import { drawInputsOnce, noFiles, prepareRun } from '../../src/problem/prepare.js';
import { takeFrame } from '../../src/run/frames/take-frame.js';
import { expandSweep, type SweepRun } from '../../src/sweep/expand.js';
import { latestResults } from '../../src/sweep/launched-sweep.js';
import { SweepProgress } from '../../src/sweep/progress.js';
import { encodeResult, parseResult, type SweepResult } from '../../src/sweep/result.js';
import { ResultsWriter, readResultsFile } from '../../src/sweep/results-file.js';
import { listSweeps, loadSweep, parseSweepFile, type Sweep } from '../../src/sweep/sweep-file.js';
import { type OpenedFolder, type Opening, openFolder, readManifest } from '../../src/sweep/sweep-folder.js';
import { withBase, withSettings } from '../../src/sweep/sweep-settings.js';
import { trainRun } from '../../src/sweep/train-run.js';
import { measuredEpochs, Trainer } from '../../src/sweep/trainer.js';
import { twoLayer } from '../support/two-layer.js';

const content = {
  title: 'Tiny',
  shows: 'Nothing yet.',
  experiment: {
    ...{ d: 6, m: 3, c: 3, trainSize: 60, evalSize: 50, stepsPerEpoch: 20, epochs: 12 },
    ...{ learningRate: 0.05, studentScale: 0.1, precision: 'float64' },
  },
  grid: { multi: [1, 3], strengthDecay: [0, 1] },
  seeds: { first: 4, count: 2 },
  curveSamples: 30,
};
const tiny = (change: Record<string, unknown> = {}): Sweep => ({
  name: 'tiny',
  origin: 'tiny.json',
  file: parseSweepFile({ ...content, ...change }, 'tiny.json'),
});

const refusal = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
};

let parent = '';
let folder = '';
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'teachtop-sweep-'));
});
afterAll(() => rmSync(parent, { recursive: true }));
beforeEach(() => {
  folder = mkdtempSync(join(parent, 'sweep-'));
});

const trained = async (run: SweepRun, sweep = tiny(), trainer = new Trainer()): Promise<SweepResult> => {
  const choice = { engine: 'naive', strict: false } as const;
  const clock = { now: () => 0, date: () => new Date('2026-01-01T00:00:00Z') };
  return trainRun(trainer, { run, settings: sweep.file, choice }, clock, () => {});
};

describe('a sweep file', () => {
  test('expands to every combination, the last setting fastest, each over its seeds', () => {
    const runs = expandSweep(tiny());
    expect(runs.map(({ id }) => id)).toEqual([
      ...['multi=1,strengthDecay=0/seed=4', 'multi=1,strengthDecay=0/seed=5'],
      ...['multi=1,strengthDecay=1/seed=4', 'multi=1,strengthDecay=1/seed=5'],
      ...['multi=3,strengthDecay=0/seed=4', 'multi=3,strengthDecay=0/seed=5'],
      ...['multi=3,strengthDecay=1/seed=4', 'multi=3,strengthDecay=1/seed=5'],
    ]);
    expect(runs[7].experiment).toMatchObject({ d: 6, m: 3, n: 9, multi: 3, strengthDecay: 1, seed: 5 });
  });

  test('takes a list of seeds, in its order', () => {
    const runs = expandSweep(tiny({ seeds: [9, 4], grid: {} }));
    expect(runs.map(({ id, experiment }) => [id, experiment.seed])).toEqual([
      ['all/seed=9', 9],
      ['all/seed=4', 4],
    ]);
    const [, inRow] = expandSweep(tiny({ seeds: { first: 3, count: 2 }, grid: {} }));
    expect(inRow).toEqual(expandSweep(tiny({ seeds: [4], grid: {} }))[0]);
  });

  test('takes what it shares from a preset', () => {
    const [run] = expandSweep(tiny({ base: 'ten-fold', experiment: {}, grid: {} }));
    expect(run.id).toBe('all/seed=4');
    expect(run.experiment).toMatchObject({ multi: 10, seed: 4 });
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown key', { grids: {} }, /^tiny\.json: key "grids": unknown; did you mean "grid"\?$/],
    [
      'a grid of scalars',
      { grid: { m: 3 } },
      /key "grid\[m\]": got 3, allowed: an object of settings, each with a list/,
    ],
    ['an empty list', { grid: { m: [] } }, /key "grid\[m\]": got \[\], allowed: /],
    ['no seeds', { seeds: { first: 1, count: 0 } }, /key "seeds\[count\]": got 0, allowed: /],
    ['a seed twice', { seeds: [3, 3] }, /key "seeds": got \[3,3\], allowed: .* or a list of different ones$/],
    ['seeds beyond 32 bits', { seeds: { first: 0xffff_ffff, count: 2 } }, /key "seed": got 4294967296/],
    ['a value twice', { grid: { m: [3, 3] } }, /key "grid": got m=3 twice, allowed: values all different$/],
    ['a setting that is none', { grid: { width: [1] } }, /tiny\.json: key "width": unknown/],
    [
      'a value that cannot be',
      { grid: { m: [3, -1] } },
      /tiny\.json: key "m": got -1, allowed: a whole number/,
    ],
    [
      'a seed in the grid',
      { grid: { seed: [1] } },
      /key "seed": got one in the settings, allowed: seeds in "seeds" only$/,
    ],
    [
      'too many runs',
      { seeds: { first: 1, count: 10_000 }, grid: { m: [1, 2, 3, 4], strengthDecay: [0, 1, 2] } },
      /key "grid": got 12 cells of 10000 seeds, allowed: 100000 runs in all$/,
    ],
    [
      'a pruned teacher',
      { experiment: { kind: 'multi-layer', hidden: [5], pruneRatios: [0.2] }, grid: {} },
      /key "pruneRatios": got a teacher to prune, allowed: null in a sweep$/,
    ],
    [
      'a data set',
      { experiment: { kind: 'multi-layer', hidden: [5], dataset: 'mnist' }, grid: {} },
      /key "dataset": got "mnist", allowed: inputs that are drawn/,
    ],
    [
      'weights from a file',
      { experiment: { kind: 'multi-layer', hidden: [5], teacherFile: 'a.safetensors' }, grid: {} },
      /key "teacherFile": got "a\.safetensors", allowed: null: /,
    ],
  ])('%s is refused in one line', (_, change, pattern) => {
    expect(refusal(() => expandSweep(tiny(change)))).toMatch(pattern);
  });

  test('the shipped ones of two layers compute in float64, as the published code does, and say so', () => {
    for (const { file } of listSweeps().filter(({ file: { base } }) => base === null))
      expect([file.experiment.precision, file.shows]).toEqual([
        'float64',
        expect.stringContaining('float64'),
      ]);
  });

  test('the shipped ones are whole; the paper has 72 cells of 32 seeds', () => {
    const sizes = Object.fromEntries(listSweeps().map((sweep) => [sweep.name, expandSweep(sweep).length]));
    expect(sizes).toMatchObject({ paper: 72 * 32, 'paper-deep': 4 * 8, 'small-deep': 4 * 8 });
    expect(Object.keys(sizes).length).toBeGreaterThanOrEqual(4);
    expect(refusal(() => loadSweep('papr'))).toBe(
      'sweep "papr": neither a shipped sweep nor a file; did you mean "paper"?',
    );
    expect(expandSweep(loadSweep('paper'))[5].experiment).toMatchObject({
      d: 100,
      c: 50,
      batchSize: 16,
      epochs: 100,
    });
  });
});

describe('settings beside the file', () => {
  const given = (...texts: string[]) => texts.map((text) => ({ option: '--set', text }));

  test('hold for every run, under either name, and take back what they replace', () => {
    const sweep = withSettings(tiny(), given('epochs=3', 'lr=0.5', 'teacherChoices=null'));
    for (const { experiment } of expandSweep(sweep))
      expect(experiment).toMatchObject({ epochs: 3, learningRate: 0.5, teacherChoices: null, d: 6 });
    const narrow = tiny({ experiment: { ...content.experiment, multi: 3 }, grid: { m: [2, 3] } });
    expect(
      expandSweep(withSettings(narrow, given('n=4'))).map(({ experiment }) => twoLayer(experiment).n),
    ).toEqual(new Array(4).fill(4));
    expect(withSettings(tiny(), [])).toEqual(tiny());
  });

  test('of a base that is written out are as those of one that is named', () => {
    const named = tiny({ base: 'quick-start', experiment: { n: 30, epochs: 3 }, grid: { d: [5, 6] } });
    const written = withBase(named, loadPreset('quick-start').draft);
    expect(written.file.base).toBeNull();
    expect(expandSweep(written)).toEqual(expandSweep(named));
  });

  test('are as good as in the file (any values)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), (epochs, batchSize) => {
        const changed = { ...content.experiment, epochs, batchSize };
        expect(
          expandSweep(withSettings(tiny(), given(`epochs=${epochs}`, `batchsize=${batchSize}`))),
        ).toEqual(expandSweep(tiny({ experiment: changed })));
      }),
      { seed: 4, numRuns: 30 },
    );
  });

  test.each<[string, RegExp]>([
    ['multi=2', /^--set: key "multi": got 2, allowed: what the sweep's file does not vary$/],
    ['teacher_strength_decay=2', /^--set: key "strengthDecay": got 2, allowed: what/],
    ['n=4', /^--set: key "n": got 4, allowed: what/],
    ['seed=3', /^--set: key "seed": got 3, allowed: what/],
    ['epochs=0', /^--set: key "epochs": got 0, allowed: a whole number from 1/],
    ['epoch=3', /^--set: key "epoch": unknown; did you mean "epochs"\?$/],
  ])('%s is refused', (text, pattern) => {
    expect(refusal(() => withSettings(tiny(), given(text)))).toMatch(pattern);
  });
});

describe('a run', () => {
  test('records what the same experiment shows by itself', async () => {
    const [run] = expandSweep(tiny());
    const result = await trained(run);
    const engine = createNaiveEngine(prepareRun(run.experiment).problem, { precision: 'float64' });
    for (const record of result.epochs) {
      if (record.epoch > 0) {
        const { losses } = engine.train(20);
        expect(record.trainLoss).toBeCloseTo(losses.sum / 20, 5);
      }
      expect(record.evalLoss).toBeCloseTo(engine.loss('eval', 30), 5);
      if (record.bestMatchOfTeacher === null) continue;
      const [{ teachers, students, correlation }] = engine.evaluate('eval').layers;
      const best = bestMatchOfTeacher({ rows: teachers, columns: students, data: correlation }).correlation;
      record.bestMatchOfTeacher[0].forEach((value, j) => {
        expect(value).toBeCloseTo(best[j], 5);
      });
    }
    expect(result).toMatchObject({
      status: 'done',
      steps: 240,
      seed: 4,
      cell: { multi: 1, strengthDecay: 0 },
    });
    expect(result.epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 13 }, (_, epoch) => epoch));
    expect(result.layers.map(({ fanOutNorm }) => fanOutNorm.length)).toEqual([3]);
    expect(result.layers.map(({ teacherStrength }) => teacherStrength.length)).toEqual([3]);
  });

  test('shares the inputs of its seed with the run before it, to the same bits', async () => {
    const runs = expandSweep(tiny());
    const trainer = new Trainer();
    await trained(runs[1], tiny(), trainer);
    const after = await trained(runs[7], tiny(), trainer);
    expect(after).toEqual(await trained(runs[7]));
  });

  test('with a new training set each epoch shares them too', async () => {
    const sweep = tiny({ experiment: { ...content.experiment, regenerateData: true } });
    const [first, second] = expandSweep(sweep);
    const trainer = new Trainer();
    await trained(first, sweep, trainer);
    expect(await trained(first, sweep, trainer)).toEqual(await trained(first, sweep));
    expect(second.seed).toBe(5);
  });

  test('that diverges or cannot be trained is a result, with the reason', async () => {
    const [run] = expandSweep(tiny({ experiment: { ...content.experiment, learningRate: 1e5 } }));
    expect(await trained(run)).toMatchObject({
      status: 'diverged',
      reason: expect.stringContaining('finite'),
    });
    const [single] = expandSweep(tiny({ experiment: { ...content.experiment, precision: 'float32' } }));
    expect(await trained(single)).toMatchObject({
      status: 'failed',
      reason: 'engine naive: precision "float32" is not offered, allowed: "float64"',
    });
  });

  test('stops when all teacher nodes have been specialized long enough', async () => {
    const sweep = tiny({ threshold: 0.01, stopWhenAllSpecializedFor: 3 });
    const result = await trained(expandSweep(sweep)[4], sweep);
    expect(result.status).toBe('stopped');
    expect(result.epochs.length).toBeLessThan(13);
    expect(result.epochs.at(-1)?.bestMatchOfTeacher?.[0]).toHaveLength(3);
  });

  test('is measured early, at the end, and each that doubles the one before between', () => {
    expect([...measuredEpochs(100, { earlyEpoch: 5 })].sort((a, b) => a - b)).toEqual([
      0, 1, 2, 4, 5, 8, 16, 32, 64, 100,
    ]);
    expect([...measuredEpochs(3, { earlyEpoch: 5 })].sort()).toEqual([0, 1, 2, 3]);
  });

  test('is measured at the epochs asked for too, which changes nothing else', async () => {
    const [run] = expandSweep(tiny());
    const result = await trained(run, tiny({ measureAt: [3, 7] }));
    const measured = result.epochs.filter(({ bestMatchOfTeacher }) => bestMatchOfTeacher !== null);
    expect(measured.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 12]);
    const unasked = (await trained(run)).epochs;
    for (const { epoch, bestMatchOfTeacher, ...losses } of result.epochs) {
      expect(unasked[epoch]).toMatchObject(losses);
      if (epoch !== 3 && epoch !== 7) expect(unasked[epoch].bestMatchOfTeacher).toEqual(bestMatchOfTeacher);
    }
  });

  test('takes students of one hidden layer from either published script', async () => {
    const other = {
      ...{ kind: 'multi-layer', dataset: 'uniform', hidden: [3], d: 6, c: 3, trainSize: 60, evalSize: 50 },
      ...{
        batchSize: 20,
        epochs: 4,
        precision: 'float64',
        regenerateData: true,
        learningRateSchedule: { '2': 0.01 },
      },
    };
    const sweep = tiny({ experiment: other, grid: { multi: [1, 2] } });
    const changed = withSettings(sweep, [{ option: '--set', text: 'optimizer=adam' }]);
    for (const run of expandSweep(changed)) {
      const result = await trained(run, changed);
      expect(parseResult(JSON.parse(encodeResult(result)), 'test')).toEqual(result);
      expect(result).toMatchObject({ status: 'done', reason: '', steps: 12 });
      expect(result.epochs.at(-1)?.bestMatchOfTeacher?.[0]).toHaveLength(3);
      expect(result.experiment).toMatchObject({ optimizer: 'adam' });
    }
  });

  test('of several hidden layers has of each what a frame has, and at its end what its student nodes are', async () => {
    const deep = {
      ...{ kind: 'multi-layer', dataset: 'uniform', hidden: [3, 4], d: 6, c: 3, trainSize: 50, evalSize: 50 },
      ...{ batchSize: 20, epochs: 2, precision: 'float64' },
    };
    const sweep = tiny({ experiment: deep, grid: { multi: [2] } });
    const [run] = expandSweep(sweep);
    const result = await trained(run, sweep);
    expect(parseResult(JSON.parse(encodeResult(result)), 'test')).toEqual(result);
    const { problem } = prepareRun(run.experiment);
    const engine = createNaiveEngine({ ...problem, gradientForms: true }, { precision: 'float64' });
    const readings = { step: 0, epoch: 0, learningRate: 0, stepsPerSecond: 0, trainingSeconds: 0 };
    for (const { epoch, bestMatchOfTeacher: best } of result.epochs) {
      if (epoch > 0) engine.train(3);
      const frame = takeFrame(engine, run.experiment, { ...readings, batchLosses: noLosses });
      expect(best).toEqual(frame.layers.map((layer) => layer.bestMatchOfTeacher));
      if (epoch === 2)
        expect(result.layers.map(({ fanOutNorm }) => fanOutNorm)).toEqual(
          frame.layers.map(({ fanOutNorm }) => fanOutNorm),
        );
    }
    // The forms' own beta_kk, on all of the training set, which has no more samples than are taken.
    const forms = engine.evaluate('train').gradientForms ?? [];
    expect(result.layers.map(({ contributionNorm }) => contributionNorm)).toEqual(
      forms.map(({ betaStudent: { data, columns } }, layer) =>
        result.layers[layer].fanOutNorm.map((_, k) => expect.closeTo(Math.sqrt(data[k * columns + k]), 4)),
      ),
    );
    const bestOfStudents = (set: 'train' | 'eval') =>
      engine.evaluate(set).layers.map(({ teachers, students, correlation }) =>
        Array.from({ length: students }, (_, k) => {
          const column = Array.from({ length: teachers }, (__, j) => correlation[j * students + k]);
          return Number(Math.max(...column).toPrecision(6));
        }),
      );
    expect(result.layers.map(({ bestMatchTrain }) => bestMatchTrain)).toEqual(bestOfStudents('train'));
    expect(result.layers.map(({ bestMatchEval }) => bestMatchEval)).toEqual(bestOfStudents('eval'));
  });

  test('inputs that were drawn for another run of the seed are those that a run draws itself', () => {
    const experiment = resolveExperiment({ d: 5, m: 2, c: 3, trainSize: 30 }, 'test');
    const drawn = drawInputsOnce(resolveExperiment({ d: 5, m: 4, c: 3, trainSize: 30 }, 'test'), null);
    expect(prepareRun(experiment, noFiles, drawn).problem).toEqual(prepareRun(experiment).problem);
  });
});

describe('results', () => {
  const some = async (): Promise<SweepResult[]> =>
    Promise.all(
      expandSweep(tiny())
        .slice(0, 3)
        .map((run) => trained(run)),
    );

  test('read back as they were written, NaN too; a torn last line is left out, then cut off', async () => {
    const path = join(folder, 'results.jsonl');
    const results = await some();
    const diverged = await trained(
      expandSweep(tiny({ experiment: { ...content.experiment, learningRate: 1e5 } }))[0],
    );
    const writer = new ResultsWriter(path);
    for (const result of [...results, diverged]) writer.write(result);
    writer.close();
    expect(readResultsFile(path)).toEqual({ results: [...results, diverged], notes: [] });
    appendFileSync(path, '{"type":"result","run":"mul');
    expect(readResultsFile(path)).toEqual({
      results: [...results, diverged],
      notes: [`${path}: the last line is torn (27 bytes); left out`],
    });
    const again = new ResultsWriter(path);
    again.write(results[0]);
    again.close();
    expect(readResultsFile(path).results).toHaveLength(5);
  });

  test('of the first format, of one hidden layer, are read as those of today', async () => {
    const [result] = await some();
    const { layers, epochs, ...rest } = JSON.parse(encodeResult(result));
    const [{ teacherStrength, ...students }] = layers;
    const older = {
      ...{ ...rest, formatVersion: 1, teacherStrength, students },
      epochs: result.epochs.map(({ bestMatchOfTeacher: best, ...record }) => ({
        ...record,
        bestMatchOfTeacher: best?.[0] ?? null,
      })),
    };
    expect(parseResult(older, 'test')).toEqual(result);
  });

  test('cut anywhere in its last line, a file has the lines before and takes new ones behind them', async () => {
    const path = join(folder, 'cut.jsonl');
    const [first, second] = (await some()).map(encodeResult);
    const whole = Buffer.from(first + second);
    for (const end of [Buffer.byteLength(first), Buffer.byteLength(first) + 1, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, end));
      expect(readResultsFile(path).results).toHaveLength(1);
      const writer = new ResultsWriter(path);
      writer.write(JSON.parse(second));
      writer.close();
      expect(readFileSync(path, 'utf8')).toBe(first + second);
    }
  });

  test('that are no results are left out by number and reason', async () => {
    const path = join(folder, 'damaged.jsonl');
    const [first, second] = await some();
    const other = encodeResult(second).replace('"status":"done"', '"status":"fine"');
    writeFileSync(path, `${encodeResult(first)}\0\0\0\n\n${other}${encodeResult(second)}`);
    const { results, notes } = readResultsFile(path);
    expect(results).toEqual([first, second]);
    expect(notes).toEqual([
      `${path}: line 2: not a result of a sweep: broken JSON; left out`,
      expect.stringMatching(/: line 4: not a result of a sweep: status: .*; left out$/),
    ]);
  });

  test('of one run: the finished one counts, else the later one, whatever their clocks say', async () => {
    const [first] = await some();
    const failed = { ...first, status: 'failed' as const, finishedAt: '2099-01-01T00:00:00.000Z' };
    const later = { ...first, seconds: 7, finishedAt: '1970-01-01T00:00:00.000Z' };
    expect(latestResults([first, failed])).toEqual([first]);
    expect(latestResults([failed, first, later])).toEqual([later]);
  });

  test('that cannot be written are an error that names the file', async () => {
    const path = join(folder, 'results.jsonl');
    const [result] = await some();
    const writer = new ResultsWriter(path);
    // A descriptor that takes nothing any more.
    writer.close();
    expect(() => writer.write(result)).toThrow(`${path}: EBADF`);
  });

  test('go to no link: they are refused in one line', () => {
    const path = join(folder, 'results.jsonl');
    symlinkSync('/dev/null', path);
    expect(() => new ResultsWriter(path)).toThrow(
      `${path}: got a link, a folder, a device or a pipe, allowed:`,
    );
  });

  test('whatever is changed in a file, it is read or left out with a reason, fast-check seed 6', async () => {
    const path = join(folder, 'fuzzed.jsonl');
    const line = `${JSON.stringify((await some())[0])}\n`;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(line.length - 1), fc.nat(127)), { maxLength: 5 }), (changes) => {
        const bytes = Buffer.from(line);
        for (const [at, byte] of changes) bytes[at] = byte;
        writeFileSync(path, bytes);
        const { results, notes } = readResultsFile(path);
        expect(results.length + notes.length).toBeGreaterThan(0);
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});

describe('the folder', () => {
  const open = (
    opening: Opening,
    asked: string | null = folder,
    sweep = tiny(),
    strict = false,
  ): OpenedFolder =>
    openFolder(sweep, {
      parent,
      asked,
      opening,
      program: 'teachtop test',
      choice: { engine: 'auto', strict },
      now: new Date('2026-01-02T03:04:05Z'),
    });

  test('holds the sweep; it is gone on with only when asked, and only with the same sweep', () => {
    expect(open('begin')).toEqual({ folder, isNew: true });
    expect(readManifest(folder).file).toEqual(tiny().file);
    expect(refusal(() => open('begin'))).toMatch(
      /holds this sweep already, allowed: --resume to go on with it/,
    );
    expect(open('resume')).toEqual({ folder, isNew: false });
    const other = tiny({ seeds: { first: 1, count: 3 } });
    expect(refusal(() => open('resume', folder, other))).toMatch(/holds another sweep than tiny\.json/);
    expect(refusal(() => open('resume', folder, tiny(), true))).toBe(
      `${folder}: holds a sweep on engine auto, got auto --strict, allowed: the same, or another folder`,
    );
    expect(readdirSync(folder)).toEqual(['sweep.json']);
  });

  test('of an earlier version, which does not name its engine, is gone on with', () => {
    const manifest = {
      type: 'sweep',
      formatVersion: 1,
      program: 'teachtop 0',
      name: 'tiny',
      sweep: tiny().file,
    };
    writeFileSync(join(folder, 'sweep.json'), JSON.stringify(manifest));
    expect(open('resume', folder, tiny(), true)).toEqual({ folder, isNew: false });
  });

  test('is named by date and sweep; the newest one is resumed', () => {
    const named = { folder: join(parent, '2026-01-02T03-04-05-tiny'), isNew: true };
    expect(open('begin', null)).toEqual(named);
    expect(open('resume', null)).toEqual({ ...named, isNew: false });
  });

  test('of a sweep that goes on begins where nothing was begun; one that must be there does not', () => {
    const [asked, none] = [join(parent, 'asked'), join(parent, 'none')];
    expect(open('resume', asked)).toEqual({ folder: asked, isNew: true });
    expect(open('resume', asked)).toEqual({ folder: asked, isNew: false });
    expect(refusal(() => open('existing', none))).toMatch(
      /none: got no sweep tiny, allowed: one that was begun/,
    );
    expect(existsSync(none)).toBe(false);
  });

  test('is locked; the lock of a process that died here is taken over, another one not', () => {
    const lock = new FolderLock(folder, sweeping);
    expect(refusal(() => new FolderLock(folder, sweeping))).toMatch(
      /in which process \d+ on .* runs a sweep/,
    );
    lock.release();
    new FolderLock(folder, sweeping).release();
    const path = join(folder, 'sweep.lock');
    writeFileSync(path, JSON.stringify({ process: 2 ** 22 + 1, host: os.hostname() }));
    new FolderLock(folder, sweeping).release();
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, JSON.stringify({ process: 2 ** 22 + 1, host: 'elsewhere' }));
    expect(refusal(() => new FolderLock(folder, sweeping))).toContain('on elsewhere');
    writeFileSync(path, '');
    expect(refusal(() => new FolderLock(folder, sweeping))).toContain('another process');
    expect(readdirSync(folder)).toEqual(['sweep.lock']);
  });

  test.runIf(process.platform === 'linux')("a process that has got a dead one's number holds no lock", () => {
    const path = join(folder, 'sweep.lock');
    writeFileSync(path, JSON.stringify({ process: process.pid, host: os.hostname(), born: '1' }));
    const lock = new FolderLock(folder, sweeping);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      process: process.pid,
      born: expect.stringMatching(/^\d{2,}$/),
    });
    expect(refusal(() => new FolderLock(folder, sweeping))).toContain(`process ${process.pid} on`);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that cannot be made is one line', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(refusal(() => open('begin', join(file, 'inside')))).toMatch(/cannot be made \(ENOTDIR\)$/);
    mkdirSync(join(folder, 'odd'));
    writeFileSync(join(folder, 'odd', 'sweep.json'), '{"type":"run"}');
    expect(refusal(() => readManifest(join(folder, 'odd')))).toMatch(/not the manifest of a sweep$/);
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

test('progress counts by cell, and tells the time left by the arithmetic', async () => {
  const runs = expandSweep(tiny());
  let now = 0;
  const progress = new SweepProgress(runs, [await trained(runs[0])], () => now);
  expect([progress.finished, progress.remainingSeconds]).toEqual([1, null]);
  progress.receive({ type: 'started', run: runs[1] });
  now = 1000;
  progress.receive({ type: 'epoch', run: runs[1], epoch: 6 });
  expect(progress.epochOf(runs[1].id)).toBe(6);
  now = 2000;
  progress.receive({ type: 'result', result: await trained(runs[1]) });
  expect(progress.runsPerMinute).toBe(30);
  expect(progress.cells()[0]).toEqual({
    key: 'multi=1,strengthDecay=0',
    cell: { multi: 1, strengthDecay: 0 },
    runs: 2,
    finished: 2,
    failed: 0,
    running: 0,
  });
  const [narrow, wide] = [3 * 7 + 4 * 3, 9 * 7 + 10 * 3];
  expect(progress.remainingSeconds).toBeCloseTo((2 * (2 * narrow + 4 * wide)) / narrow, 6);
  // The clock of a sweep that has ended stands still, whoever looks at it when.
  progress.receive({ type: 'ended', complete: false });
  now = 60_000;
  expect([progress.elapsedSeconds, progress.runsPerMinute, progress.remainingSeconds]).toEqual([2, 30, null]);
});
