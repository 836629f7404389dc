import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runReport } from '../../src/commands/report.js';
import type { TwoLayerOptions } from '../../src/experiment/experiment.js';
import { UserError } from '../../src/input/user-error.js';
import { sourceOf } from '../../src/report/figures/run/run-shape-figure.js';
import { lossShares } from '../../src/report/figures/run/statements-figure.js';
import { seriesStyles } from '../../src/report/figures/series-style.js';
import { makeReport } from '../../src/report/make-report.js';
import { markdownPage } from '../../src/report/markdown.js';
import { escapeText, markup } from '../../src/report/markup.js';
import { htmlPage } from '../../src/report/page.js';
import { readInputs } from '../../src/report/read-inputs.js';
import { statementsOverRun } from '../../src/store/statements/statements-over-run.js';
import { expandSweep } from '../../src/sweep/expand.js';
import { encodeResult, type SweepResult } from '../../src/sweep/result.js';
import { readResults, resultsFileName } from '../../src/sweep/results-file.js';
import { parseSweepFile } from '../../src/sweep/sweep-file.js';
import { trainRun } from '../../src/sweep/train-run.js';
import { Trainer } from '../../src/sweep/trainer.js';
import { isOnPath } from '../support/outside.js';
import { patienceMs } from '../support/patience.js';
import { gridOf, trainSweep, writeRunFolder, writeSweepFolder } from '../support/sweep-folder.js';
import { twoLayer } from '../support/two-layer.js';

const choice = { threshold: 0.9, earlyEpoch: 2 };

let folder: string;
let results: SweepResult[];
let sweep: string;
let run: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-report-'));
  results = await trainSweep({}, gridOf([1, 3], [0, 1, 2]), [1, 2, 3]);
  sweep = writeSweepFolder(join(folder, 'sweep'), results);
  run = await writeRunFolder(join(folder, 'run'), { multi: 3, strengthDecay: 1 });
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a report and gives its files by name. */
const report = async (name: string, ...paths: string[]): Promise<Map<string, string>> => {
  const out = join(folder, name);
  const lines: string[] = [];
  expect(
    await runReport(paths, out, choice, {
      out: (line) => lines.push(line),
      warn: (line) => lines.push(line),
    }),
  ).toBe(0);
  const names = readdirSync(out);
  expect(lines.map((line) => line.slice(out.length + 1)).sort()).toEqual(names.sort());
  return new Map(names.map((file) => [file, readFileSync(join(out, file), 'utf8')]));
};

const text = (files: ReadonlyMap<string, string>, name: string): string => {
  const content = files.get(name);
  if (content === undefined) throw new Error(`no ${name} among ${[...files.keys()].join(', ')}`);
  return content;
};

const svgs = (files: ReadonlyMap<string, string>): [string, string][] =>
  [...files].filter(([name]) => name.endsWith('.svg'));

/** Elements of a well-formed XML document by name, and their attributes; throws for any other text. */
const elementsOf = (
  xml: string,
): { readonly name: string; readonly attributes: Record<string, string> }[] => {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => elements.push({ name, attributes }));
  parser.write(xml).close();
  return elements;
};

describe('the results file', () => {
  test('reads back as what was written, NaN as null', () => {
    const diverged = { ...results[0], epochs: [{ ...results[0].epochs[0], evalLoss: Number.NaN }] };
    const path = writeSweepFolder(join(folder, 'round-trip'), [results[1], diverged]);
    expect(readFileSync(join(path, resultsFileName), 'utf8')).toContain('"evalLoss":null');
    expect(readResults(path)).toEqual([results[1], diverged]);
  });

  test('loses a torn last line only', () => {
    const path = writeSweepFolder(join(folder, 'torn'), results);
    const bytes = readFileSync(join(path, resultsFileName));
    writeFileSync(join(path, resultsFileName), bytes.subarray(0, bytes.length - 10));
    expect(readResults(path)).toEqual(results.slice(0, -1));
  });
});

describe('a report', () => {
  test('of a sweep has four figures, a page and a table', async () => {
    const files = await report('of-sweep', sweep);
    expect([...files.keys()].sort()).toEqual([
      'l-shape.svg',
      'loss.svg',
      'recovery.svg',
      'report.html',
      'report.md',
      'success.svg',
    ]);
    const html = text(files, 'report.html');
    for (const [, svg] of svgs(files)) expect(html).toContain(svg.match(/<title>.*<\/title>/)?.[0]);
    expect(text(files, 'report.md')).toContain('![Evaluation loss](loss.svg)');
  });

  test('of runs has two figures for each, and says where they ended', async () => {
    const second = await writeRunFolder(join(folder, 'second'), { multi: 1, seed: 2 });
    const files = await report('of-runs', run, second);
    expect([...files.keys()].filter((name) => name.endsWith('.svg')).sort()).toEqual([
      'overlaid-losses.svg',
      'overlaid-nodes.svg',
      'run-1-l-shape.svg',
      'run-1.svg',
      'run-2-l-shape.svg',
      'run-2.svg',
    ]);
    expect(text(files, 'report.md')).toMatch(/\| second \| Tiny \| 5 \| 5 \| 1 \| 2 \| 800 \|/);
  });

  test('of runs lays them over each other: a line a run in a panel a teacher node', async () => {
    const second = await writeRunFolder(join(folder, 'laid-over'), { m: 4, multi: 2, seed: 3 });
    const files = await report('runs-overlaid', run, second);
    const nodes = text(files, 'overlaid-nodes.svg');
    const lines = (svg: string): number =>
      elementsOf(svg).filter(({ name, attributes }) => name === 'g' && attributes['stroke-width'] === '1.6')
        .length;
    expect(nodes).toContain('t4, strength');
    // Five panels of the first run, of whose nodes the second has four.
    expect(lines(nodes)).toBe(5 + 4);
    expect(lines(text(files, 'overlaid-losses.svg'))).toBe(2);
  });

  test('of runs sets them beside each other: settings that differ, nodes against those of the first', async () => {
    const second = await writeRunFolder(join(folder, 'beside'), { multi: 1, seed: 2, strengthDecay: 1 });
    const page = text(await report('runs-beside', run, second), 'report.md');
    const table = page.slice(page.indexOf('Settings that differ'));
    expect(table).toMatch(/\| multi \| 3 \| 1 \|/);
    expect(table.slice(0, table.indexOf('Best matches'))).not.toContain('strengthDecay');
    expect(table).toMatch(/\| 0 \| \d\.\d{3} \| \d\.\d{3} \([+−]\d\.\d{3}\) \|/);
    expect(text(await report('run-alone', run), 'report.md')).not.toContain('Settings that differ');
  });

  test('of several hidden layers has figures and tables of each, and best matches beside each other', async () => {
    const deep = {
      ...{ kind: 'multi-layer', dataset: 'uniform', hidden: [3, 4], d: 6, c: 3, trainSize: 60, evalSize: 50 },
      ...{ batchSize: 20, epochs: 4, precision: 'float64' },
    };
    const content = { title: 'Deep', shows: 'x', experiment: deep, grid: { multi: [1, 2] }, seeds: [1, 2] };
    const file = parseSweepFile(content, 'deep.json');
    const lines: SweepResult[] = [];
    for (const one of expandSweep({ name: 'deep', origin: 'deep.json', file }))
      lines.push(
        await trainRun(
          new Trainer(),
          { run: one, settings: file, choice: { engine: 'naive', strict: false } },
          { now: () => 0, date: () => new Date(0) },
          () => {},
        ),
      );
    const files = await report('deep', writeSweepFolder(join(folder, 'deep-sweep'), lines));
    const names = ['l-shape', 'recovery', 'success'].flatMap((name) =>
      [0, 1].map((at) => `${name}-layer${at}.svg`),
    );
    expect([...files.keys()].sort()).toEqual([
      ...['best-match.svg', ...names, 'loss.svg', 'report.html', 'report.md'].sort(),
    ]);
    expect(text(files, 'best-match.svg')).toContain('layer 1, p = 0');
    expect(text(files, 'report.md')).toMatch(/\| 1 \| 4 \| 0 \| 2× \| 8 \| 2 \| 0 \| 0 \|/);
  });

  test('counts in its table what the lines say', async () => {
    const table = text(await report('counts', sweep), 'report.md');
    const cell = results.filter(({ experiment: e }) => e.multi === 3 && e.strengthDecay === 1);
    const recovered = cell.map(
      (one) => (one.epochs[8].bestMatchOfTeacher?.[0] ?? []).filter((match) => match > 0.9).length,
    );
    const losses = cell.map((one) => Math.log10(one.epochs[8].evalLoss));
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
    const row = table.split('\n').find((line) => line.startsWith('| 5 | 1 | 3× | 15 | 3 | 0 | 0 |')) ?? '';
    expect(row).toContain(` ${mean(recovered).toFixed(2)} `);
    expect(row).toContain(mean(losses).toFixed(2).replace('-', '−'));
  });

  test('draws a dot for every student node that can be told from others, in its panel', async () => {
    const elements = elementsOf(text(await report('dots', sweep), 'l-shape.svg'));
    const dots = elements.filter(({ name }) => name === 'circle').length;
    const nodes = results.reduce((sum, { experiment }) => sum + twoLayer(experiment).n, 0);
    expect(dots).toBeGreaterThan(nodes / 3);
    expect(dots).toBeLessThanOrEqual(nodes);
  });

  test('has a set of figures for each m', async () => {
    const other = await trainSweep({}, [{ m: 3, multi: 2, strengthDecay: 1 }], [1, 2]);
    const path = writeSweepFolder(join(folder, 'other-m'), other);
    const files = await report('two-m', sweep, path);
    expect(
      svgs(files)
        .map(([name]) => name)
        .sort(),
    ).toEqual(
      ['l-shape', 'loss', 'recovery', 'success'].flatMap((name) => [`${name}-m3.svg`, `${name}-m5.svg`]),
    );
  });

  test('of several training-set sizes, with and without suggested data, compares them', async () => {
    const cells = [30, 90, 330].flatMap((trainSize) =>
      [false, true].map((theoryData) => ({ multi: 2, strengthDecay: 1, trainSize, theoryData })),
    );
    const sized = await trainSweep({}, cells, [1, 2]);
    const path = writeSweepFolder(join(folder, 'sized'), sized);
    const { sections } = makeReport(await readInputs([path]), choice);
    const [{ figures }] = sections;
    expect(figures.map(({ name }) => name)).toEqual(['training-size', 'recovery-theory-data']);
    const [size, recovery] = figures.map(({ svg }) => svg.markup);
    const groupsOf = (svg: string, label: string): number =>
      elementsOf(svg).filter(({ attributes }) => attributes['aria-label'] === label).length;
    expect(size).toContain('2×, theoryData = true');
    expect(groupsOf(size, 'area')).toBe(2);
    for (const trainSize of [30, 90, 330]) expect(recovery).toContain(`p = 1, 2×, trainSize = ${trainSize}`);
    expect(size + recovery).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('comes out of one seed, and of runs that all failed', async () => {
    const one = writeSweepFolder(join(folder, 'one'), [results[0]]);
    expect(svgs(await report('of-one', one))).toHaveLength(4);
    const students = { bestMatchTrain: [], bestMatchEval: [], fanOutNorm: [] };
    const failed = { ...results[0], status: 'failed' as const, reason: 'killed', epochs: [], students };
    const none = writeSweepFolder(join(folder, 'none'), [failed]);
    expect(svgs(await report('of-none', none))).toHaveLength(0);
  });

  test('takes diverged runs as they are', async () => {
    const diverged = await trainSweep({ learningRate: 50 }, gridOf([1, 3], [1]), [1, 2]);
    expect(diverged.map(({ status }) => status)).toContain('diverged');
    const files = await report('of-diverged', writeSweepFolder(join(folder, 'diverged'), diverged));
    for (const [name, svg] of svgs(files)) expect(`${name} ${svg}`).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('of a soft committee machine draws its order parameters beside their equations, or says why there are none', async () => {
    const committee: TwoLayerOptions = {
      ...{ onlineSamples: true, noBias: true, secondLayer: 1, batchSize: 2, m: 2, activation: 'erf' },
      learningRate: 0.005,
    };
    const [few, many] = await Promise.all(
      [2, 12].map((multi) => writeRunFolder(join(folder, `of-${multi}`), { ...committee, multi })),
    );
    const orderOf = async (path: string) =>
      makeReport(await readInputs([path]), choice).sections[0].figures.find(
        ({ name }) => name === 'run-order',
      );
    const figure = await orderOf(few);
    for (const label of [
      'Q of student node 0',
      'R with teacher node 0',
      'T of teacher nodes',
      'closed-form loss',
    ])
      expect(figure?.svg.markup).toContain(label);
    expect(figure?.svg.markup).toContain('predicted loss');
    expect(figure?.svg.markup).not.toMatch(/NaN|undefined|Infinity/);
    const larger = await orderOf(many);
    expect(larger?.caption).toContain('Nothing is predicted: 26 nodes in both networks');
    expect(larger?.caption).toContain('the 8 of 24 with the largest Q');
    expect(larger?.svg.markup).not.toContain('predicted loss');
  });

  test('of a run with curvature and richness draws both', async () => {
    const path = await writeRunFolder(join(folder, 'measured'), { curvatureEvery: 2, richness: true });
    const { sections } = makeReport(await readInputs([path]), choice);
    const { name, svg } = sections[0].figures[2];
    expect(name).toBe('run-landscape');
    for (const label of ['smallest eigenvalue', 'distance of layer 0', 'turn of the tangent kernel'])
      expect(svg.markup).toContain(label);
    expect(svg.markup).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('of a run with the statements draws them, and the parts of its loss', async () => {
    const path = await writeRunFolder(join(folder, 'stated'), { multi: 3, statements: true });
    const { sections } = makeReport(await readInputs([path]), choice);
    const [{ figures }] = sections;
    expect(figures.map(({ name }) => name)).toEqual([
      'run',
      'run-l-shape',
      'run-statements',
      'run-loss-parts',
      'run-nodes',
    ]);
    expect(figures[1].svg.markup).toContain('best correlation on the training set');
    expect(figures[1].svg.markup).toContain('sqrt(E beta)');
    for (const name of ['small gradient at every sample', 'student nodes form an L'])
      expect(figures[2].svg.markup).toContain(name);
    const { runs } = await readInputs([path]);
    const upper = [{ correlation: [0.25], fanOutNorm: [3] }];
    const deep = runs[0].frames.map(({ statements, ...frame }) =>
      typeof statements === 'object' ? { ...frame, statements: { ...statements, upper } } : frame,
    );
    expect(sourceOf(deep)).toMatchObject({ correlation: 'training', fanOut: 'sqrt(E beta)' });
    expect(sourceOf(deep).pointsOf(deep[0], 1)).toEqual([{ bestMatch: 0.25, fanOutNorm: 3 }]);
    const judged = statementsOverRun(runs[0].header, runs[0].frames, 0.9);
    expect(judged.length).toBe(runs[0].frames.length);
    for (const frame of judged)
      expect(lossShares(frame).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 3);
  });

  test('has a row of L-shapes for each hidden layer', async () => {
    const { sweeps, runs } = await readInputs([run]);
    const frames = runs[0].frames.map((frame) => ({ ...frame, layers: [frame.layers[0], frame.layers[0]] }));
    const deep = makeReport({ sweeps, runs: [{ ...runs[0], frames }], skipped: [] }, choice);
    const shape = deep.sections[0].figures.find(({ name }) => name === 'run-l-shape');
    const forms = (sqrt: number) => {
      const { length } = frames[0].layers[0].fanOutNorm;
      const table = Array.from({ length: length + 1 }, () => new Array<number>(length + 1).fill(sqrt ** 2));
      return { hStudent: table, betaStudent: table, hTeacher: table, betaTeacher: table };
    };
    const told = frames.map((frame) => ({
      ...frame,
      layers: frame.layers.map((layer) => ({ ...layer, forms: forms(3) })),
    }));
    expect(sourceOf(told).fanOut).toBe('sqrt(E beta)');
    expect(sourceOf(told).pointsOf(told[0], 1)?.[0].fanOutNorm).toBe(3);
    const withForms = makeReport({ sweeps, runs: [{ ...runs[0], frames: told }], skipped: [] }, choice)
      .sections[0].figures;
    expect(withForms.map(({ name }) => name)).toEqual(['run', 'run-l-shape', 'run-forms']);
    expect(shape?.svg.markup).toContain('layer 0: fan-out norm');
    expect(shape?.svg.markup).toContain('layer 1: fan-out norm');
    const [figure] = deep.sections[0].figures;
    expect(figure.svg.markup).toContain('layer 1: teacher node');
  });
});

/** L* of the CIE, 0 black to 100 white, of "#rrggbb". */
const lightness = (color: string): number => {
  const linear = (byte: number): number =>
    byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4;
  const [r, g, b] = [1, 3, 5].map((at) => linear(Number.parseInt(color.slice(at, at + 2), 16)));
  return 116 * Math.cbrt(0.2126 * r + 0.7152 * g + 0.0722 * b) - 16;
};

describe('every figure', () => {
  test('is well-formed XML without a number that is none', async () => {
    const files = await report('xml', sweep, run);
    expect(svgs(files)).toHaveLength(6);
    for (const [name, svg] of svgs(files)) {
      expect(elementsOf(svg)[0].name).toBe('svg');
      expect(`${name} ${svg}`).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  test.each([2, 3, 4, 5, 6])('tells %i lines apart without colour: lightness, dash and marker', (count) => {
    const styles = seriesStyles(count);
    expect(new Set(styles.map(({ dash }) => dash)).size).toBe(count);
    expect(new Set(styles.map(({ symbol }) => symbol)).size).toBe(count);
    const light = styles.map(({ color }) => lightness(color));
    const steps = light.slice(1).map((value, index) => light[index] - value);
    expect(Math.min(...steps)).toBeGreaterThan(50 / count);
    expect(light[0]).toBeLessThan(75);
  });
});

describe('the page', () => {
  test('holds no address and forbids every load', async () => {
    const html = text(await report('page', sweep, run), 'report.html');
    expect(html).not.toMatch(/https?:|\/\/[a-z]|<script|<link|<img|<iframe|@import|url\((?!#)/i);
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test("lets nothing of a stranger's files become markup", async () => {
    const evil = `"><script>alert('x')</script>&<img src=x onerror=y>|\u0007`;
    const { sweeps, runs } = await readInputs([sweep, run]);
    const header = { ...runs[0].header, title: evil, preset: evil, program: evil };
    const engine = { ...results[0].engine, variant: evil };
    const made = makeReport(
      {
        sweeps: [
          {
            path: evil,
            criteria: null,
            notes: [evil],
            results: sweeps[0].results.map((one) => ({ ...one, run: evil + one.run, reason: evil, engine })),
          },
        ],
        runs: [{ ...runs[0], path: evil, name: evil, header }],
        skipped: [evil],
      },
      choice,
    );
    const html = htmlPage(made, evil);
    expect(html).not.toMatch(/<script|<img|onerror=y>/);
    expect(html).toContain('&lt;script&gt;');
    expect(markdownPage(made, evil)).not.toMatch(/<script|<img/);
    expect(markdownPage(made, evil)).not.toContain('\u0007');
    for (const { svg } of made.sections.flatMap(({ figures }) => figures)) {
      expect(elementsOf(svg.markup).map(({ name }) => name)).not.toContain('script');
      expect(svg.markup).not.toContain('<img');
    }
  });

  test('escapes what is inserted and keeps what is markup', () => {
    expect(markup`<p title="${'"'}">${'<&>'}${markup`<b>${1}</b>`}</p>`.markup).toBe(
      '<p title="&quot;">&lt;&amp;&gt;<b>1</b></p>',
    );
    expect(escapeText('a\u0000b\u001b\ud800\uffff\n')).toBe('a\ufffdb\ufffd\ufffd\ufffd\n');
  });
});

describe('what is no sweep and no run is refused in one line', () => {
  const refusal = async (...paths: string[]): Promise<string> => {
    const error: unknown = await runReport(paths, join(folder, 'refused'), choice, {
      out: () => undefined,
      warn: () => undefined,
    }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(existsSync(join(folder, 'refused'))).toBe(false);
    return error instanceof UserError ? error.message : '';
  };
  const made = (name: string, content?: string): string => {
    const path = join(folder, name);
    mkdirSync(path);
    if (content !== undefined) writeFileSync(join(path, resultsFileName), content);
    return path;
  };

  test('no path', async () => {
    expect(await refusal()).toBe('report: got no path, allowed: folders of sweeps or runs');
  });

  test('a path that is not there', async () => {
    expect(await refusal(join(folder, 'nowhere'))).toMatch(/nowhere: no such file or folder$/);
  });

  test('a folder with neither', async () => {
    expect(await refusal(made('empty'))).toMatch(/empty: got a folder with neither, allowed: a sweep's with/);
  });

  test('a sweep without a finished run', async () => {
    expect(await refusal(made('unfinished', ''))).toMatch(/got no finished run, allowed: one or more$/);
  });

  test.each([
    ['no JSON', () => 'hello\n', /line 1: not a result of a sweep/],
    [
      'a wrong type',
      () => `${encodeResult(results[0]).replace('"status":"done"', '"status":"fine"')}`,
      /line 1: .*status/,
    ],
    [
      'an unknown setting',
      () => encodeResult(results[0]).replace('"dataStd"', '"dataStdd"'),
      /key "dataStdd": unknown/,
    ],
    [
      'another teacher',
      () => encodeResult({ ...results[0], experiment: { ...twoLayer(results[0].experiment), m: 4 } }),
      /line 1/,
    ],
    [
      'a newer format',
      () => encodeResult(results[0]).replace('"formatVersion":2', '"formatVersion":3'),
      /formatVersion/,
    ],
  ])('a results file with %s', async (name, content, message) => {
    expect(await refusal(made(name.replaceAll(' ', '-'), content()))).toMatch(message);
  });

  test('the same run with other settings', async () => {
    const [first] = results;
    const changed = { ...first, experiment: { ...first.experiment, learningRate: 0.2 } };
    const path = writeSweepFolder(join(folder, 'conflict'), [changed]);
    expect(await refusal(sweep, path)).toMatch(
      /conflict: run ".*": got other settings than in .*learningRate 0.2/,
    );
  });

  test('an --out that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await expect(
      runReport([run], file, choice, { out: () => undefined, warn: () => undefined }),
    ).rejects.toThrow(/^--out: got the file .*, allowed: a folder that can be written$/);
  });
});

test('an --out that cannot be made is refused too', async () => {
  const below = join(folder, 'below');
  writeFileSync(below, '');
  for (const out of [join(below, 'a', 'b'), ...(existsSync('/proc/self') ? ['/proc/none'] : [])])
    await expect(
      runReport([run], out, choice, { out: () => undefined, warn: () => undefined }),
    ).rejects.toThrow(/^--out: got .*allowed: a folder/);
});

const browser = ['chromium', 'chromium-browser', 'google-chrome'].find(isOnPath);

describe.skipIf(browser === undefined)('in headless Chromium', () => {
  const open = (...args: string[]): Buffer =>
    execFileSync(
      browser ?? '',
      [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars'],
        // No name resolves: a page that needs the network would show it.
        ...['--host-resolver-rules=MAP * ~NOTFOUND', `--user-data-dir=${join(folder, 'browser')}`, ...args],
      ],
      { timeout: patienceMs, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 },
    );

  test('the page shows its figures and tables', async () => {
    await report('browser-page', sweep, run);
    const dom = open('--dump-dom', `file://${join(folder, 'browser-page', 'report.html')}`).toString('utf8');
    expect(dom.match(/<figure /g)).toHaveLength(6);
    expect(dom.match(/<table /g)).toHaveLength(5);
    expect(dom).not.toContain('parsererror');
  });

  test('a figure of its own is drawn, not an error', async () => {
    await report('browser-figure', sweep);
    const picture = join(folder, 'l-shape.png');
    open(
      `--screenshot=${picture}`,
      '--window-size=700,700',
      `file://${join(folder, 'browser-figure', 'l-shape.svg')}`,
    );
    // A page that reports a parse error is almost blank, and compresses to a few KB.
    expect(readFileSync(picture).length).toBeGreaterThan(10_000);
  });
});

describe('what counts as success', () => {
  const manifest = (criteria: object): string =>
    JSON.stringify({
      type: 'sweep',
      formatVersion: 1,
      program: 'teachtop test',
      name: 'tiny',
      sweep: { title: 'Tiny', shows: 'Nothing.', grid: { multi: [1, 3] }, seeds: [1], ...criteria },
    });
  const sweepWith = (name: string, content: string): string => {
    const path = writeSweepFolder(join(folder, name), results);
    writeFileSync(join(path, 'sweep.json'), content);
    return path;
  };
  const asked = { threshold: null, earlyEpoch: null };
  const reportOf = async (paths: readonly string[], criteria: Parameters<typeof runReport>[2] = asked) => {
    const out = mkdtempSync(join(folder, 'criteria-'));
    const warnings: string[] = [];
    await runReport(paths, out, criteria, {
      out: () => undefined,
      warn: (line) => warnings.push(line),
    });
    return { page: readFileSync(join(out, 'report.md'), 'utf8'), warnings };
  };

  test("is the sweep's own where nothing else is asked for", async () => {
    const own = sweepWith('own-criteria', manifest({ threshold: 0.8, earlyEpoch: 2 }));
    const { page, warnings } = await reportOf([own]);
    expect(page).toContain('0.8');
    expect(page).toBe((await reportOf([own], { threshold: 0.8, earlyEpoch: 2 })).page);
    expect(page).not.toBe((await reportOf([own], { threshold: 0.95, earlyEpoch: 5 })).page);
    expect(warnings).toEqual([]);
  });

  test('is the usual, and said, where sweeps differ or their files cannot be read', async () => {
    const own = sweepWith('other-criteria', manifest({ threshold: 0.8 }));
    const broken = sweepWith('broken-criteria', '{');
    const { warnings } = await reportOf([own, broken]);
    expect(warnings).toEqual([
      'the sweeps have threshold 0.8, 0.95: counted by 0.95; --threshold takes another',
    ]);
    expect((await reportOf([broken])).page).toContain(join('broken-criteria', 'sweep.json'));
  });
});
