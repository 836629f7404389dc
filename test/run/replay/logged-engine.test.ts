import { expect, test } from 'vitest';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import { parseHeader } from '../../../src/protocol/header.js';
import { loggedEngine } from '../../../src/run/replay/logged-engine.js';

/** The header of a log that this build of an engine wrote. */
const headerOn = (engine: string, variant: string, precision: string) =>
  parseHeader(
    {
      type: 'header',
      formatVersion: 1,
      program: 'teachtop test',
      preset: 'small',
      title: 'Small',
      experiment: resolveExperiment({ m: 2, n: 4 }, 'test'),
      engine: { engine, variant, precision, threads: 2 },
      frameEvery: 10,
      totalSteps: 100,
      threshold: 0.95,
      teacherStrength: [[1, 2]],
      startedAt: '2026-01-01T00:00:00Z',
    },
    'the log',
  );

test.each([
  ['tfjs', 'tensorflow', 'float32', { backend: 'tensorflow', strict: false }],
  ['tfjs', 'cpu', 'float32', { backend: 'cpu', strict: false }],
  ['wasm', 'avx2', 'float32', { strict: false }],
  ['wasm', 'avx2-strict', 'float64', { strict: true }],
  ['naive', 'plain', 'float64', { strict: false }],
] as const)('a log on %s %s is run again on just that', (engine, variant, precision, choice) => {
  expect(loggedEngine(headerOn(engine, variant, precision))).toEqual({
    engine,
    precision,
    threads: 2,
    ...choice,
  });
});
