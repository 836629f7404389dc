// Compiles the AssemblyScript kernels into dist, once with the strict multiply-add and once with the relaxed one.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const project = join(import.meta.dirname, '..');
const folder = join(project, 'dist', 'engine', 'kernel');

const variants = {
  simd: ['--enable', 'simd'],
  'relaxed-simd': ['--enable', 'simd', '--enable', 'relaxed-simd'],
};

const optimization = ['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert', '--converge'];
const memory = ['--importMemory', '--runtime', 'stub', '--use', 'abort='];

mkdirSync(folder, { recursive: true });
for (const [variant, features] of Object.entries(variants)) {
  const { error, stderr } = await asc.main([
    'src/engine/kernel/index.ts',
    '--baseDir',
    project,
    '--outFile',
    join(folder, `${variant}.wasm`),
    ...optimization,
    ...memory,
    ...features,
  ]);
  if (error) {
    process.stderr.write(`${stderr.toString()}${error.message}\n`);
    process.exit(1);
  }
}
