import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
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

const write = (python: string, library: string) => {
  const path = join(folder, library);
  const script = join(projectFolder, 'test', 'python', 'write_logs.py');
  const printed = execFileSync(python, [script], {
    input: JSON.stringify({ library, folder: path }),
    env: pythonEnvironment,
  });
  const activations: Record<'teacher' | 'student', number[][][]> = JSON.parse(printed.toString());
  return { path, activations };
};

test.skipIf(pythonWith('numpy') === undefined)('a log of losses alone has no networks', async () => {
  const path = join(folder, 'losses');
  const program = `
import sys
sys.path.insert(0, sys.argv[1])
from teachtop_log import FrameLog
log = FrameLog(sys.argv[2], {"learningRate": 0.1}, total_steps=20)
for step in (0, 10, 20):
    log.frame(step, {"train": 1 / (1 + step)})
log.done()
`;
  const python = pythonWith('numpy') ?? '';
  execFileSync(python, ['-c', program, join(projectFolder, 'python'), path]);
  const { header, lines } = await readLog(path);
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
  const python = pythonWith('numpy', library) ?? '';

  test.skipIf(python === '')('writes a frame where it should, and the end', async () => {
    const path = join(folder, `callback-${host}`);
    const script = join(projectFolder, 'test', 'python', 'run_callbacks.py');
    execFileSync(python, [script], { input: JSON.stringify({ host, folder: path }) });
    const { header, lines } = await readLog(path);
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

const kerasBackend = ['tensorflow', 'torch', 'jax'].find((name) => pythonWith('numpy', 'keras', name));
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
  const python = pythonWith('numpy') ?? '';
  const program = (path: string, body: string): string => `
import os, signal, sys
sys.path.insert(0, ${JSON.stringify(join(projectFolder, 'python'))})
import numpy as np
from teachtop_log import FrameLog
random = np.random.default_rng(1)
weights = lambda nodes: [random.normal(size=(nodes, 4)), random.normal(size=(2, nodes))]
hidden = lambda nodes: random.normal(size=(20, nodes))
teacher, same = weights(3), hidden(3)
path = ${JSON.stringify(path)}
def frame(log, step, learned):
    log.frame(step, {"train": 1.0}, same, np.concatenate([same if learned else hidden(3), hidden(3)], axis=1))
${body}`;
  const execute = (path: string, body: string): string | null => {
    try {
      execFileSync(python, ['-c', program(path, body)], { env: pythonEnvironment, stdio: 'pipe' });
      return null;
    } catch (error) {
      const { signal, stderr } = error as { signal: string | null; stderr: Buffer };
      return signal ?? stderr.toString().trim().split('\n').at(-1) ?? '';
    }
  };

  test.skipIf(python === '')('goes on in its log, killed and torn as that may be', async () => {
    const path = join(folder, 'again');
    const killed = execute(
      path,
      `
log = FrameLog(path, {"seed": 1}, teacher, weights(6))
frame(log, 10, False)
frame(log, 20, True)
frame(log, 30, True)
os.write(log._file, b'{"type": "frame", "st')
os.kill(os.getpid(), signal.SIGKILL)`,
    );
    expect(killed).toBe('SIGKILL');
    const again = execute(
      path,
      `
log = FrameLog(path, {"seed": 1}, teacher, weights(6), append=True)
frame(log, 40, True)
frame(log, 15, False)
frame(log, 25, True)
log.done()`,
    );
    expect(again).toBeNull();
    const { lines, notes, tornBytes } = await readLog(path);
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

  test.skipIf(python === '')('is refused where that was not asked for, and networks of other shapes', () => {
    const path = join(folder, 'again-refused');
    expect(execute(path, 'FrameLog(path, {}, teacher, weights(6))')).toBeNull();
    expect(execute(path, 'FrameLog(path, {}, teacher, weights(6))')).toMatch(/^FileExistsError/);
    expect(execute(path, 'FrameLog(path, {}, teacher, weights(7), append=True)')).toMatch(
      /is a log of nodes \[3, 6\], allowed: of \[3, 7\], or another folder$/,
    );
  });
});

test.skipIf(pythonWith('numpy', 'torch') === undefined)(
  'torch: any activation, bfloat16, parameters with gradients; the module stays as it was',
  async () => {
    const path = join(folder, 'torch-kinds');
    const script = `
import sys
sys.path.insert(0, ${JSON.stringify(join(projectFolder, 'python'))})
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
log = FrameLog(${JSON.stringify(path)}, {"rate": torch.tensor(0.5)}, teacher, student, precision="bfloat16")
log.frame(0, {"train": student(x).sum()}, hidden_activations(teacher, x), hidden_activations(student, x))
assert student.training and not student[1].training
log.done()
`;
    execFileSync(pythonWith('numpy', 'torch') ?? '', ['-c', script], {
      env: pythonEnvironment,
      stdio: 'pipe',
    });
    const { header, lines } = await readLog(path);
    expect(header).toMatchObject({ studentNodes: [5, 5, 5, 5], experiment: { rate: 0.5 } });
    const [frame] = lines.filter((line) => line.type === 'frame');
    expect(frame.layers.map(({ correlation }) => [correlation.length, correlation[0].length])).toEqual(
      Array.from({ length: 4 }, () => [3, 5]),
    );
  },
);

describe.each(['numpy', 'torch'])('a log written from %s', (library) => {
  const python = pythonWith('numpy', library) ?? '';

  test.skipIf(python === '')('has the metrics of this program, of every layer', async () => {
    const { path, activations } = write(python, library);
    const { header, lines } = await readLog(path);
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

  test.skipIf(python === '')(
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
