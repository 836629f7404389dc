import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { patienceMs } from './test/support/patience.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['dot', './test/support/closing-report.ts'],
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    isolate: false,
    // What the program remembers of this machine stays out of the user's folders, what TensorFlow logs off the terminal.
    env: { XDG_CACHE_HOME: join(import.meta.dirname, 'node_modules', '.cache'), TF_CPP_MIN_LOG_LEVEL: '3' },
  },
});
