import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { patienceMs } from './test/support/patience.ts';

const caches = join(import.meta.dirname, 'node_modules', '.cache');

export default defineConfig({
  // React as it ships: a development build takes as long again.
  oxc: { jsx: { development: false } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['dot', './test/support/closing-report.ts'],
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    isolate: false,
    // One process runs all files, each for a moment: room to grow in, a collector without helpers, and V8's costly compiler only
    // for what runs often save a tenth of its time.
    execArgv: [
      '--single-threaded-gc',
      '--initial-old-space-size=1000',
      '--invocation-count-for-turbofan=20000',
    ],
    // What the program remembers of this machine stays out of the user's folders, what TensorFlow logs off the terminal.
    env: {
      NODE_ENV: 'production',
      XDG_CACHE_HOME: caches,
      // Of the threads that tests start: where the program itself keeps what V8 compiles of it.
      NODE_COMPILE_CACHE: join(caches, 'teachtop', 'code'),
      TF_CPP_MIN_LOG_LEVEL: '3',
    },
  },
});
