// Compiles the AssemblyScript kernels into dist: tiles of 256 or 128 bits, each with the relaxed and with the strict
// multiply-add. See src/engine/wasm/builds.ts.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const project = join(import.meta.dirname, '..');
const folder = join(project, 'dist', 'kernels');

const relaxed = ['--enable', 'relaxed-simd'];

const builds = {
  avx2: ['--use', 'WIDE=1', ...relaxed],
  simd128: ['--use', 'WIDE=0', ...relaxed],
  'avx2-strict': ['--use', 'WIDE=1'],
  'simd128-strict': ['--use', 'WIDE=0'],
};

/** Threads share the memory, which may declare all pages of 64 KB that there are. */
const memory = ['--importMemory', '--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];
const optimization = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--converge'];
const runtime = ['--runtime', 'stub', '--use', 'abort=', '--enable', 'simd'];

const compile = async ([build, options]) => {
  const { error, stderr } = await asc.main([
    'src/engine/wasm/kernel/index.ts',
    '--baseDir',
    project,
    '--outFile',
    join(folder, `${build}.wasm`),
    ...optimization,
    ...runtime,
    ...memory,
    ...options,
  ]);
  if (!error) return;
  process.stderr.write(`${stderr.toString()}${error.message}\n`);
  process.exit(1);
};

mkdirSync(folder, { recursive: true });
for (const build of Object.entries(builds)) await compile(build);
