import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLog } from '../../src/log/log-reader.js';
import type { Matrix } from '../../src/net/matrix.js';
import { correlation, sumOfSquaresFloor } from '../../src/net/metrics/correlation.js';
import { observability } from '../../src/net/metrics/observability.js';
import { layerFrame } from '../../src/run/frames/layer-frame.js';
import { pythonEnvironment, pythonWith } from '../support/outside.js';
import { projectFolder } from '../support/terminal-program.js';

const folder = mkdtempSync(join(tmpdir(), 'teachtop-python-'));
afterAll(() => rmSync(folder, { recursive: true }));

const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0].length,
  data: Float64Array.from(rows.flat()),
});

/** A layer as this program would log it, from the activations alone. */
const expectedLayer = (teacher: readonly number[][], student: readonly number[][]) => {
  const [t, s] = [matrixOf(teacher), matrixOf(student)];
  const metrics = {
    teachers: t.columns,
    students: s.columns,
    correlation: correlation(t, s, sumOfSquaresFloor).data,
    observability: observability(t, s).data,
  };
  return layerFrame(metrics, new Float64Array(s.columns), t.rows);
};

const largest = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number =>
  Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i][j]))));

const scripts = join(projectFolder, 'test', 'python');

/** A script with its standard input, or lines of Python. */
type Job = { readonly path: string; readonly input: unknown } | { readonly code: string };
type Result = { readonly out: string; readonly error: string | null; readonly signal: number | null };

/** Does jobs in a Python that imports the libraries once, which for torch takes a second; their results by name. */
const runJobs = <Name extends string>(
  python: string,
  imports: readonly string[],
  jobs: Readonly<Record<Name, Job>>,
): Readonly<Record<Name, Result>> => {
  const printed = execFileSync(python, [join(scripts, 'run_jobs.py')], {
    input: JSON.stringify({ imports, jobs: Object.values(jobs) }),
    env: pythonEnvironment,
  });
  const results: readonly Result[] = JSON.parse(printed.toString());
  return Object.fromEntries(Object.keys(jobs).map((name, at) => [name, results[at]])) as unknown as Readonly<
    Record<Name, Result>
  >;
};

const pathOf = (name: string): string => join(folder, name);
const callbacks = (host: string): Job => ({
  path: join(scripts, 'run_callbacks.py'),
  input: { host, folder: pathOf(`callback-${host}`) },
});
const writes = (library: string): Job => ({
  path: join(scripts, 'write_logs.py'),
  input: { library, folder: pathOf(library) },
});
const script = (code: string): Job => ({
  code: `import sys\nsys.path.insert(0, ${JSON.stringify(join(projectFolder, 'python'))})\n${code}`,
});

const lossesAlone = script(`
from teachtop_log import FrameLog
log = FrameLog(${JSON.stringify(pathOf('losses'))}, {"learningRate": 0.1}, total_steps=20)
for step in (0, 10, 20):
    log.frame(step, {"train": 1 / (1 + step)})
log.done()
`);

/** Lines of a trainer with a log in a folder of this name. */
const trainer = (name: string, body: string): Job =>
  script(`
import os, signal
import numpy as np
from teachtop_log import FrameLog
random = np.random.default_rng(1)
weights = lambda nodes: [random.normal(size=(nodes, 4)), random.normal(size=(2, nodes))]
hidden = lambda nodes: random.normal(size=(20, nodes))
teacher, same = weights(3), hidden(3)
path = ${JSON.stringify(pathOf(name))}
def frame(log, step, learned):
    log.frame(step, {"train": 1.0}, same, np.concatenate([same if learned else hidden(3), hidden(3)], axis=1))
${body}`);

const killed = trainer(
  'again',
  `
log = FrameLog(path, {"seed": 1}, teacher, weights(6))
frame(log, 10, False)
frame(log, 20, True)
frame(log, 30, True)
os.write(log._file, b'{"type": "frame", "st')
os.kill(os.getpid(), signal.SIGKILL)`,
);
const again = trainer(
  'again',
  `
log = FrameLog(path, {"seed": 1}, teacher, weights(6), append=True)
frame(log, 40, True)
frame(log, 15, False)
frame(log, 25, True)
log.done()`,
);

const torchKinds = script(`
import torch
from teachtop_log import FrameLog, hidden_activations
def network(width, activation):
    hidden = [part for _ in range(4) for part in (torch.nn.LazyLinear(width), activation(), torch.nn.Dropout())]
    module = torch.nn.Sequential(*hidden, torch.nn.LazyLinear(2))
    module(torch.zeros(1, 4))
    return module.bfloat16()
teacher, student = network(3, torch.nn.Tanh), network(5, torch.nn.GELU)
student[1].eval()
x = torch.randn(30, 4).bfloat16()
log = FrameLog(${JSON.stringify(pathOf('torch-kinds'))}, {"rate": torch.tensor(0.5)}, teacher, student, precision="bfloat16")
log.frame(0, {"train": student(x).sum()}, hidden_activations(teacher, x), hidden_activations(student, x))
assert student.training and not student[1].training
log.done()
`);

const [pythonOfNumpy, pythonOfTorch] = [pythonWith('numpy'), pythonWith('numpy', 'torch')];
const jobsOfNumpy = {
  ...{ losses: lossesAlone, keras: callbacks('keras'), written: writes('numpy'), killed, again },
  first: trainer('refused', 'FrameLog(path, {}, teacher, weights(6))'),
  second: trainer('refused', 'FrameLog(path, {}, teacher, weights(6))'),
  wider: trainer('refused', 'FrameLog(path, {}, teacher, weights(7), append=True)'),
};
const jobsOfTorch = { lightning: callbacks('lightning'), written: writes('torch'), kinds: torchKinds };

let ofNumpy: Readonly<Record<keyof typeof jobsOfNumpy, Result>>;
let ofTorch: Readonly<Record<keyof typeof jobsOfTorch, Result>>;
beforeAll(() => {
  if (pythonOfNumpy !== undefined) ofNumpy = runJobs(pythonOfNumpy, ['numpy'], jobsOfNumpy);
  if (pythonOfTorch !== undefined) ofTorch = runJobs(pythonOfTorch, ['numpy', 'torch'], jobsOfTorch);
});

test.skipIf(pythonOfNumpy === undefined)('a log of losses alone has no networks', async () => {
  expect(ofNumpy.losses.error).toBeNull();
  const { header, lines } = await readLog(pathOf('losses'));
  expect(header).toMatchObject({ teacherStrength: [], studentNodes: [], totalSteps: 20 });
  expect(lines.map((line) => line.type === 'frame' && [line.step, line.trainLoss, line.layers])).toEqual([
    [0, 1, []],
    [10, 1 / 11, []],
    [20, 1 / 21, []],
    false,
  ]);
});

/** Hosts that stand for the libraries: their hooks in the order that they document. */
describe.each([
  ['lightning', 'torch', { steps: [3, 6, 9, 10], epochs: [0, 1, 1, 1] }],
  ['keras', 'numpy', { steps: [5, 10], epochs: [1, 2] }],
] as const)('the callback for %s', (host, library, expected) => {
  const python = library === 'torch' ? pythonOfTorch : pythonOfNumpy;

  test.skipIf(python === undefined)('writes a frame where it should, and the end', async () => {
    expect((host === 'keras' ? ofNumpy.keras : ofTorch.lightning).error).toBeNull();
    const { header, lines } = await readLog(pathOf(`callback-${host}`));
    expect(header).toMatchObject({
      engine: { engine: 'external', variant: host },
      totalSteps: 10,
      studentNodes: [6],
      experiment: { epochs: 2, stepsPerEpoch: 5 },
    });
    const frames = lines.filter((line) => line.type === 'frame');
    expect(frames.map(({ step }) => step)).toEqual(expected.steps);
    expect(frames.map(({ epoch }) => epoch)).toEqual(expected.epochs);
    for (const { trainLoss, evalLoss, learningRate, layers } of frames) {
      expect(evalLoss / trainLoss).toBeCloseTo(2, 5);
      expect(learningRate).toBeCloseTo(0.1, 5);
      expect(layers[0].correlation.map((row) => row.length)).toEqual([6, 6, 6]);
    }
    expect(new Set(frames.map(({ stateHash }) => stateHash)).size).toBe(frames.length);
    expect(lines.at(-1)).toMatchObject({ event: 'done', step: 10 });
  });
});

const kerasBackend = (['tensorflow', 'torch', 'jax'] as const).find((name) =>
  pythonWith('numpy', 'keras', name),
);
const pythonOfHost = {
  lightning: pythonWith('numpy', 'torch', 'lightning') ?? pythonWith('numpy', 'torch', 'pytorch_lightning'),
  keras: kerasBackend && pythonWith('numpy', 'keras', kerasBackend),
} as const;

describe.each([
  ['lightning', [3, 6, 9, 10], [0, 1, 1, 2]],
  ['keras', [5, 10], [1, 2]],
] as const)('the callback in the real %s', (host, steps, epochs) => {
  const python = pythonOfHost[host];
  test.skipIf(python === undefined)(
    'writes a frame where it should, and leaves the training alone',
    async () => {
      const path = join(folder, `real-${host}`);
      const script = join(projectFolder, 'test', 'python', 'real_callbacks.py');
      const printed = execFileSync(python ?? '', [script], {
        input: JSON.stringify({ host, folder: path }),
        env: { ...pythonEnvironment, KERAS_BACKEND: kerasBackend },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      expect(JSON.parse(printed.toString())).toEqual({ isUndisturbed: true });
      const { header, lines } = await readLog(path);
      expect(header).toMatchObject({
        engine: { variant: host },
        totalSteps: 10,
        studentNodes: [6],
        experiment: { epochs: 2, stepsPerEpoch: 5 },
      });
      const frames = lines.filter((line) => line.type === 'frame');
      expect(frames.map(({ step }) => step)).toEqual(steps);
      expect(frames.map(({ epoch }) => epoch)).toEqual(epochs);
      for (const { trainLoss, evalLoss, layers } of frames) {
        expect(trainLoss).toBeGreaterThan(0);
        expect(evalLoss).toBeGreaterThan(0);
        expect(layers[0].correlation.flat().every(Number.isFinite)).toBe(true);
      }
      expect(lines.at(-1)).toMatchObject({ event: 'done', step: 10 });
    },
  );
});

describe('a trainer that is started again', () => {
  test.skipIf(pythonOfNumpy === undefined)('goes on in its log, killed and torn as that may be', async () => {
    expect([ofNumpy.killed.signal, ofNumpy.again.error]).toEqual([constants.signals.SIGKILL, null]);
    const { lines, notes, tornBytes } = await readLog(pathOf('again'));
    expect([notes, tornBytes]).toEqual([[], 0]);
    const told = lines.map((line) => {
      if (line.type === 'frame') return line.step;
      return line.event === 'rewound' ? `rewound to ${line.toStep}` : line.event;
    });
    const learned = ['specialized', 'specialized', 'specialized'];
    expect(told).toEqual([
      ...[10, 20, ...learned, 30],
      ...['continued', 40, 'rewound to 10', 15, 25, ...learned, 'done'],
    ]);
  });

  test.skipIf(pythonOfNumpy === undefined)(
    'is refused where that was not asked for, and networks of other shapes',
    () => {
      const { first, second, wider } = ofNumpy;
      expect(first.error).toBeNull();
      expect(second.error).toMatch(/^FileExistsError/);
      expect(wider.error).toMatch(/is a log of nodes \[3, 6\], allowed: of \[3, 7\], or another folder$/);
    },
  );
});

test.skipIf(pythonOfTorch === undefined)(
  'torch: any activation, bfloat16, parameters with gradients; the module stays as it was',
  async () => {
    expect(ofTorch.kinds.error).toBeNull();
    const { header, lines } = await readLog(pathOf('torch-kinds'));
    expect(header).toMatchObject({ studentNodes: [5, 5, 5, 5], experiment: { rate: 0.5 } });
    const [frame] = lines.filter((line) => line.type === 'frame');
    expect(frame.layers.map(({ correlation }) => [correlation.length, correlation[0].length])).toEqual(
      Array.from({ length: 4 }, () => [3, 5]),
    );
  },
);

describe.each(['numpy', 'torch'])('a log written from %s', (library) => {
  const python = library === 'torch' ? pythonOfTorch : pythonOfNumpy;

  test.skipIf(python === undefined)('has the metrics of this program, of every layer', async () => {
    const { out, error } = (library === 'torch' ? ofTorch : ofNumpy).written;
    expect(error).toBeNull();
    const activations: Record<'teacher' | 'student', number[][][]> = JSON.parse(out);
    const { header, lines } = await readLog(pathOf(library));
    expect(header).toMatchObject({
      engine: { engine: 'external', variant: library },
      studentNodes: [6, 7],
      totalSteps: 100,
    });
    const [first] = lines.filter((line) => line.type === 'frame');
    expect(first).toMatchObject({
      trainLoss: 0.5,
      evalLoss: 0.25,
      batchLoss: { minimum: 1, mean: 2, maximum: 3 },
    });
    for (const [l, layer] of first.layers.entries()) {
      const expected = expectedLayer(activations.teacher[l], activations.student[l]);
      expect(layer.bestStudentOfTeacher).toEqual(expected.bestStudentOfTeacher);
      expect(layer.observability).toEqual(expected.observability);
      expect(largest(layer.correlation, expected.correlation)).toBeLessThan(2e-3);
      expect(largest([layer.bestMatchOfTeacher], [expected.bestMatchOfTeacher])).toBeLessThan(1e-5);
    }
  });

  test.skipIf(python === undefined)(
    'has null for what is not finite, and an event where a node passes the threshold',
    async () => {
      const { lines } = await readLog(join(folder, library));
      const frames = lines.filter((line) => line.type === 'frame');
      expect(frames[1]).toMatchObject({
        step: 100,
        trainLoss: Number.NaN,
        evalLoss: Number.NaN,
        batchLoss: null,
      });
      const specialized = frames[0].layers
        .flatMap((layer) => layer.bestMatchOfTeacher)
        .filter((best) => best > 0.5);
      expect(lines.filter((line) => line.type === 'event' && line.event === 'specialized')).toHaveLength(
        specialized.length,
      );
      expect(lines.at(-1)).toMatchObject({ event: 'done', step: 100 });
      expect(readFileSync(join(folder, library, 'frames.jsonl'), 'utf8')).not.toMatch(/NaN|Infinity/);
    },
  );
});
