import { describe, expect, test } from 'vitest';
import { resolveExperiment } from '../../src/experiment/draft.js';
import { RandomStream } from '../../src/net/random.js';
import { batchSampler } from '../../src/problem/batch-sampler.js';
import { nextTrainingSamples, prepareRun } from '../../src/problem/prepare.js';
import { eventsOf, framesOf, recordRun, trainTo } from '../support/small-run.js';

const online = { onlineSamples: true, batchSize: 3, outputNoise: 0.2, noBias: true, secondLayer: 1, c: 1 };
const hashesOf = ({ messages }: ReturnType<typeof recordRun>): string[] =>
  framesOf(messages).map(({ step, stateHash }) => `${step} ${stateHash}`);

describe('online samples', () => {
  const experiment = resolveExperiment({ ...online, d: 6, stepsPerEpoch: 20, epochs: 3 }, 'test');

  test('are as many an epoch as its steps take, each in one batch, and others in the next', () => {
    const { problem, trainData } = prepareRun(experiment);
    expect(problem.trainingSet.rows).toBe(60);
    const sampler = batchSampler(problem, problem.samplerState);
    const rows = Array.from({ length: 20 }, () => [...(sampler.next() ?? [])]).flat();
    expect(rows.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
    const next = nextTrainingSamples(experiment, trainData);
    const seen = new Set([...problem.trainingSet.data, ...next.trainingSet.data]);
    expect(seen.size).toBe(2 * 60 * 6);
  });

  test('have targets with fresh Gaussian noise of the given deviation, the same for the same seed', () => {
    const wide = resolveExperiment({ ...online, stepsPerEpoch: 2000, epochs: 2 }, 'test');
    const { problem, trainData } = prepareRun(wide);
    const noise = problem.outputNoise?.data ?? new Float64Array(0);
    expect(noise.length).toBe(6000);
    expect(Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length)).toBeCloseTo(
      0.2,
      2,
    );
    const next = nextTrainingSamples(wide, new RandomStream(trainData.state));
    expect(next).toEqual(nextTrainingSamples(wide, new RandomStream(trainData.state)));
    expect(next.outputNoise?.data[0]).not.toBe(noise[0]);
  });

  test('come back with an undo, noise and all, bit for bit', () => {
    const plain = recordRun(online);
    trainTo(plain.run, 100);
    const changed = recordRun(online);
    trainTo(changed.run, 40);
    changed.run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 1 } });
    changed.run.handle({ type: 'perturb', perturbation: { kind: 'scale-inputs', factor: 2 } });
    trainTo(changed.run, 90);
    for (const type of ['undo', 'undo'] as const) changed.run.handle({ type });
    expect(changed.run.step).toBe(40);
    trainTo(changed.run, 100);
    expect(hashesOf(changed).at(-1)).toBe(hashesOf(plain).at(-1));
  });

  test('keep the batches that they were drawn for', () => {
    const { run, messages } = recordRun(online);
    run.handle({ type: 'perturb', perturbation: { kind: 'batch-size', size: 2 } });
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'refused', summary: /online samples/ });
  });
});

test('a soft committee machine keeps its second layer, and the noise is in the training loss alone', () => {
  const recorded = recordRun({ ...online, activation: 'erf', multi: 1, outputNoise: 3, learningRate: 1e-4 });
  trainTo(recorded.run, 100);
  const { student, teacher } = recorded.run.networks;
  expect([...student.final.weight.data, ...teacher.final.weight.data]).toEqual(new Array(10).fill(1));
  const last = framesOf(recorded.messages).at(-1);
  expect(last?.trainLoss).toBeGreaterThan(4);
  expect(last?.evalLoss).toBeLessThan(4);
});
