import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { createTfjsEngine } from '../../../src/engine/tfjs/tfjs-engine.js';
import { createWasmEngine } from '../../../src/engine/wasm/wasm.js';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import { prepareRun } from '../../../src/problem/prepare.js';
import { deepProblem } from '../../support/deep-problems.js';
import { randomProblem } from '../../support/problems.js';

const precision = 'float64';

/** A student whose features are 0: its head feels weight decay and noise alone. */
const freeHead = () => {
  const { problem } = prepareRun(
    resolveExperiment(
      {
        ...{ d: 2, m: 2, n: 10, c: 20, trainSize: 10, evalSize: 2, batchSize: 1, featuresFixed: true },
        ...{ learningRate: 0.5, weightDecay: 1, temperature: 0.3, seed: 4 },
      },
      'test',
    ),
  );
  problem.student.hidden[0].weight.data.fill(0);
  return problem;
};

const meanSquare = ({ data }: { readonly data: Float64Array }): number =>
  data.reduce((sum, value) => sum + value * value, 0) / data.length;

/** Mean square of the head's weights over steps and weights, once they have forgotten their start. */
const varianceOf = (engine: Engine): number => {
  engine.train(50);
  const measurements = 400;
  let sum = 0;
  for (let i = 0; i < measurements; i++) {
    engine.train(4);
    sum += meanSquare(engine.readState().student.final.weight);
  }
  return sum / measurements;
};

describe('Langevin noise', () => {
  test('leaves a quadratic well at T / (a (1 - rate a / 2)), the variance of its discrete steps (seed 4)', async () => {
    const problem = freeHead();
    const expected = 0.3 / (1 - 0.5 / 2);
    for (const engine of [
      createNaiveEngine(problem, { precision }),
      await createWasmEngine(problem, { precision, strict: false }),
    ])
      expect(varianceOf(engine) / expected).toBeCloseTo(1, 1.5);
  });

  test('is drawn from the state: a run that is written back goes on bit for bit', async () => {
    const problem = randomProblem({ d: 4, m: 2, n: 5, c: 3, batch: 6 }, { temperature: 0.01 });
    const first = await createWasmEngine(problem, { precision, strict: false });
    first.train(7);
    const second = await createWasmEngine(problem, { precision, strict: false });
    second.writeState(first.readState());
    for (const steps of [3, 5]) first.train(steps);
    second.train(8);
    expect(second.readState()).toEqual(first.readState());
  });

  test('of several layers has a generator of its own beside that of the epochs, and goes on bit for bit', async () => {
    const problem = deepProblem({ temperature: 0.001 });
    const engines = [
      createNaiveEngine(problem, { precision }),
      await createWasmEngine(problem, { precision, strict: false }),
    ];
    for (const engine of engines) {
      engine.train(9);
      const state = engine.readState();
      engine.train(11);
      const end = engine.readState();
      engine.writeState(state);
      for (const steps of [4, 7]) engine.train(steps);
      expect(engine.readState()).toEqual(end);
      expect(end.samplerState).toHaveLength(9);
    }
    const [oracle, kernels] = engines.map((engine) => engine.readState().samplerState);
    expect(kernels).toEqual(oracle);
    const batches = createNaiveEngine(deepProblem(), { precision });
    batches.train(20);
    expect(batches.readState().samplerState).toEqual(oracle.slice(0, 5));
  });

  test('is not of steps on given rows, nor of tfjs', async () => {
    const shape = { d: 4, m: 2, n: 5, c: 3, batch: 2 };
    const [noisy, plain] = [{ temperature: 0.01 }, {}].map((options) => randomProblem(shape, options));
    const rows = Int32Array.of(0, 1, 2, 3);
    const studentOf = (engine: Engine) => {
      engine.trainOn(rows);
      return engine.readState().student;
    };
    const naive = [noisy, plain].map((problem) => studentOf(createNaiveEngine(problem, { precision })));
    expect(naive[0]).toEqual(naive[1]);
    const wasm = [noisy, plain].map((problem) => createWasmEngine(problem, { precision, strict: false }));
    const [first, second] = (await Promise.all(wasm)).map(studentOf);
    expect(first).toEqual(second);
    await expect(
      createTfjsEngine(noisy, { precision: 'float32', strict: true, backend: 'cpu' }),
    ).rejects.toThrow(/engine tfjs: got a temperature/);
  });
});
