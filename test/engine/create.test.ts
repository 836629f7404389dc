import { afterEach, expect, test, vi } from 'vitest';
import { createEngine } from '../../src/engine/create.js';
import { randomProblem } from '../support/problems.js';

afterEach(() => vi.unstubAllGlobals());

test('auto trains on another engine where the kernels get no memory, and says why; wasm does not', async () => {
  const problem = randomProblem({ d: 4, m: 2, n: 5, c: 3, batch: 6 });
  vi.stubGlobal('WebAssembly', {
    ...Object.fromEntries(
      Object.getOwnPropertyNames(WebAssembly).map((name) => [name, Reflect.get(WebAssembly, name)]),
    ),
    Memory: class {
      constructor() {
        throw new RangeError('could not allocate memory');
      }
    },
  });
  const reasons: string[] = [];
  const choice = { precision: 'float64', strict: true, threads: 1 } as const;
  const engine = await createEngine(problem, { ...choice, engine: 'auto' }, (reason) => reasons.push(reason));
  expect(engine.description.engine).toBe('naive');
  expect(reasons).toEqual([
    expect.stringMatching(/^trains on engine naive: engine wasm: .* MB of memory, which/),
  ]);
  await expect(createEngine(problem, { ...choice, engine: 'wasm' })).rejects.toThrow('which cannot be had');
});
