import { describe, expect, test } from 'vitest';
import { isForeign, ownHeader, parseHeader } from '../../src/protocol/header.js';
import { parseLine } from '../../src/protocol/line.js';
import { recordRun } from '../support/small-run.js';

/** All that a picture needs. */
const least = { type: 'header', teacherStrength: [[0.9, 0.5]], studentNodes: [4] };

/** As the documentation asks for it. */
const usual = {
  ...least,
  formatVersion: 1,
  program: 'loop.py',
  preset: 'external',
  title: 'A loop',
  threshold: 0.9,
  frameEvery: 10,
  totalSteps: 40,
  experiment: { d: 4, m: 2, n: 4, c: 3, multi: 2, epochs: 4, learningRate: 0.05, seed: 1 },
  engine: { engine: 'external', variant: 'PyTorch', precision: 'float64', threads: 1 },
  startedAt: '2026-11-27T23:32:12.403Z',
};

describe("another trainer's header", () => {
  test('is shown as it is', () => {
    const { studentNodes, ...rest } = usual;
    expect(parseHeader(rest, 'log')).toMatchObject({
      ...usual,
      experiment: { ...usual.experiment, stepsPerEpoch: 10 },
      studentNodes: [4],
    });
  });

  test('needs no more than layers of nodes; what it does not say is not made up', () => {
    const header = parseHeader(least, 'log');
    expect(isForeign(header)).toBe(true);
    expect(header).toMatchObject({
      program: 'another trainer',
      totalSteps: null,
      threshold: 0.95,
      frameEvery: 1,
    });
    expect(header.experiment).toMatchObject({ m: 2, n: 4, multi: 2, seed: Number.NaN, d: Number.NaN });
    expect(() => parseHeader({ ...least, studentNodes: undefined }, 'log')).toThrow(/studentNodes/);
  });

  test('needs no nodes where the log has losses alone, nor do its frames', () => {
    const header = parseHeader({ type: 'header', engine: { engine: 'external' } }, 'log');
    expect(header).toMatchObject({ teacherStrength: [], studentNodes: [] });
    const frame = parseLine({ type: 'frame', step: 3, trainLoss: 0.5 }, header);
    expect(frame).toMatchObject({
      step: 3,
      trainLoss: 0.5,
      evalLoss: Number.NaN,
      batchLoss: null,
      layers: [],
    });
    const one = parseHeader(least, 'log');
    expect(() => parseLine({ type: 'frame', step: 3, trainLoss: 0.5 }, one)).toThrow(/not of 2 teacher/);
  });

  test.each([
    ['a seed of 64 bits', { seed: 67_280_421_310_721 }],
    ['the size of ImageNet', { trainSize: 1_281_167 }],
    ['a rate that begins at 0', { learningRate: 0 }],
  ])('may have %s', (_, settings) => {
    const experiment = { ...usual.experiment, ...settings };
    expect(parseHeader({ ...usual, experiment }, 'log').experiment).toMatchObject(settings);
  });

  test('keeps settings of its own, whatever they are', () => {
    const experiment = { ...usual.experiment, warmup: [1, 2], optimizer: null, kind: 'transformer' };
    const read = parseHeader({ ...usual, experiment }, 'log').experiment;
    expect(read).toMatchObject({ warmup: [1, 2], optimizer: null, kind: 'transformer' });
  });

  test.each([
    ['engine', { engine: 'jax', variant: 0.4, precision: 'bfloat16', threads: 512 }, { variant: 'jax 0.4' }],
    ['engine', 'torch', { variant: 'loop.py', precision: '', threads: 1 }],
    ['engine', { engine: 'external', precision: null, threads: -1 }, { threads: 1 }],
  ])('has an %s of its own: %j', (_, engine, expected) => {
    expect(parseHeader({ ...usual, engine }, 'log').engine).toMatchObject({
      engine: 'external',
      ...expected,
    });
  });

  test('begins at a time of any form', () => {
    const startedAt = (value: unknown) => parseHeader({ ...usual, startedAt: value }, 'log').startedAt;
    expect(startedAt(1_795_000_000)).toBe('2026-11-18T11:06:40.000Z');
    expect(startedAt(1_795_000_000_123)).toBe('2026-11-18T11:06:40.123Z');
    expect(startedAt('yesterday')).toBe('yesterday');
    expect(startedAt({})).toBe('');
  });

  test.each([null, -1, 'many', undefined])('may leave its length open: %s', (totalSteps) => {
    expect(parseHeader({ ...usual, totalSteps }, 'log').totalSteps).toBeNull();
  });

  test('cannot be run again', () => {
    expect(() => ownHeader(parseHeader(usual, 'log'))).toThrow(/a log of another trainer \(PyTorch\)/);
  });
});

test("this program's own header is held to its bounds", () => {
  const { header } = recordRun().run;
  const stored: unknown = JSON.parse(JSON.stringify(header));
  expect(ownHeader(parseHeader(stored, 'log'))).toEqual(header);
  const experiment = { ...header.experiment, seed: 2 ** 40 };
  expect(() => parseHeader({ ...header, experiment }, 'a.jsonl')).toThrow(/^a.jsonl: key "seed"/);
  expect(() => parseHeader({ ...header, formatVersion: 2 }, 'log')).toThrow(/written by a newer teachtop/);
});
