import { afterEach, expect, test, vi } from 'vitest';
import { startFileThread } from '../../../src/commands/host/system-limits.js';

afterEach(() => vi.unstubAllEnvs());

test.each([
  [8, '1'],
  [64, '1'],
  [65, undefined],
  [Number.POSITIVE_INFINITY, undefined],
])('of %d threads allowed, files have %s of them', async (allowed, threads) => {
  vi.stubEnv('UV_THREADPOOL_SIZE', undefined);
  expect(await startFileThread(allowed)).toBeNull();
  expect(process.env.UV_THREADPOOL_SIZE).toBe(threads);
});
