import { defineConfig } from 'vitest/config';
import { patienceMs } from './test/support/patience.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['dot', './test/support/closing-report.ts'],
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    isolate: false,
  },
});
