import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { patienceMs } from './test/support/patience.ts';

export default defineConfig({
  // React as it ships: a development build takes as long again.
  oxc: { jsx: { development: false } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['dot', './test/support/closing-report.ts'],
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    isolate: false,
    // What the program remembers of this machine stays out of the user's folders, what TensorFlow logs off the terminal.
    env: {
      NODE_ENV: 'production',
      XDG_CACHE_HOME: join(import.meta.dirname, 'node_modules', '.cache'),
      TF_CPP_MIN_LOG_LEVEL: '3',
    },
  },
});
