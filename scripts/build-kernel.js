// Compiles the AssemblyScript kernels into dist, once with the strict multiply-add and once with the relaxed one:
// the two-layer module, and the multi-layer one, whose memory threads share.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const project = join(import.meta.dirname, '..');
const folder = join(project, 'dist', 'engine', 'wasm', 'kernel');

const variants = {
  simd: ['--enable', 'simd'],
  'relaxed-simd': ['--enable', 'simd', '--enable', 'relaxed-simd'],
};

/** Pages of 64 KB that a shared memory may declare at most: all of them. */
const mostPages = '65536';

const programs = [
  { entry: 'index.ts', prefix: '', memory: [] },
  {
    entry: 'deep.ts',
    prefix: 'deep-',
    memory: ['--enable', 'threads', '--sharedMemory', '--maximumMemory', mostPages],
  },
];

const optimization = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--converge'];
const runtime = ['--importMemory', '--runtime', 'stub', '--use', 'abort='];

const compile = async ({ entry, prefix, memory }, [variant, features]) => {
  const { error, stderr } = await asc.main([
    `src/engine/wasm/kernel/${entry}`,
    '--baseDir',
    project,
    '--outFile',
    join(folder, `${prefix}${variant}.wasm`),
    ...optimization,
    ...runtime,
    ...memory,
    ...features,
  ]);
  if (!error) return;
  process.stderr.write(`${stderr.toString()}${error.message}\n`);
  process.exit(1);
};

mkdirSync(folder, { recursive: true });
for (const program of programs)
  for (const variant of Object.entries(variants)) await compile(program, variant);
