import { expect, test, vi } from 'vitest';
import { createWasmEngine } from '../../../../src/engine/wasm/wasm.js';
import { deepProblem } from '../../../support/deep-problems.js';

vi.mock('../../../../src/package/index.js', async (original) => ({
  ...(await original<object>()),
  startThread: () => {
    throw new Error('the system refuses a thread');
  },
}));

test('an engine that is refused its helpers trains alone, the same bits', async () => {
  const problem = deepProblem();
  const losses = await Promise.all(
    [1, 2].map(async (threads) => {
      const engine = await createWasmEngine(problem, { precision: 'float32', strict: true, threads });
      const { losses: trained } = engine.train(20);
      engine.dispose();
      return trained;
    }),
  );
  expect(losses[1]).toEqual(losses[0]);
});
