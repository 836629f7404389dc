// Compiles the AssemblyScript kernels into dist: tiles of 256 or 128 bits, each with the relaxed and with the strict
// multiply-add. See src/engine/wasm/builds.ts. Compiles nothing where the builds of these sources, options and compiler
// are there already.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(import.meta.dirname, '..');
const sources = join(project, 'src', 'engine', 'wasm', 'kernel');
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

/** A package's own package.json, which names its version. */
const packageOf = (name) => {
  let at = dirname(fileURLToPath(import.meta.resolve(name)));
  while (!existsSync(join(at, 'package.json'))) at = dirname(at);
  return join(at, 'package.json');
};

const listed = (at) =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** All that the builds follow from. */
const inputs = [import.meta.filename, packageOf('assemblyscript'), packageOf('binaryen'), ...listed(sources)];
const outputs = Object.keys(builds).map((build) => join(folder, `${build}.wasm`));
/** Written last: what inputs and outputs were when the outputs were made. */
const recordFile = join(folder, 'builds.sha256');

/** A line for each file, with the hash of what is in it. */
const hashes = (paths) =>
  paths
    .map((path) => {
      const content = existsSync(path)
        ? createHash('sha256').update(readFileSync(path)).digest('hex')
        : 'none';
      return `${content}  ${relative(project, path)}\n`;
    })
    .join('');

const compile = async (asc, [build, options]) => {
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

const isCurrent = () =>
  existsSync(recordFile) && readFileSync(recordFile, 'utf8') === hashes([...inputs, ...outputs]);

if (!isCurrent()) {
  mkdirSync(folder, { recursive: true });
  const before = hashes(inputs);
  // The compiler itself takes a second to load.
  const { default: asc } = await import('assemblyscript/asc');
  for (const build of Object.entries(builds)) await compile(asc, build);
  writeFileSync(recordFile, `${before}${hashes(outputs)}`);
}
