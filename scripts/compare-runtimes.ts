/**
 * Trains the same short runs on Node 22, 24 and 26 and compares the hash of every state on the way: the kernels' builds and
 * the arithmetic around them give the same bits on each. `npm run compare-runtimes`. A Node that is not the one it runs on
 * comes from the npm registry into a temporary folder; one that cannot be had is named.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const majors = [22, 24, 26] as const;
const program = join(import.meta.dirname, '..', 'dist', 'cli.js');
const work = mkdtempSync(join(tmpdir(), 'teachtop-runtimes-'));

const small = { d: 9, c: 5, trainSize: 300, evalSize: 200, epochs: 2, frameEvery: 10 };
const twoLayer = { ...small, m: 6, n: 33, stepsPerEpoch: 20, strengthDecay: 1.5 };
const multiLayer = {
  ...small,
  kind: 'multi-layer',
  hidden: [7, 9],
  multi: 4,
  batchSize: 16,
  strengthDecay: 0.7,
};
const images = {
  kind: 'multi-layer',
  convolutional: true,
  imageSide: 8,
  hidden: [3, 4],
  multi: 2,
  c: 5,
  trainSize: 60,
  evalSize: 40,
};

const experiments: Readonly<Record<string, object>> = {
  'two layers': twoLayer,
  'two layers, deep sums': { ...twoLayer, d: 150, n: 140 },
  'several layers, momentum': { ...multiLayer, momentum: 0.9, weightDecay: 0.01 },
  'several layers, Adam, cross-entropy': {
    ...multiLayer,
    optimizer: 'adam',
    learningRate: 0.01,
    crossEntropy: true,
  },
  'several layers, batch norm': {
    ...multiLayer,
    batchNorm: true,
    batchNormAffine: true,
    teacherBatchNorm: true,
  },
  images: { ...images, epochs: 2 },
};

const engines = [
  ['--engine=wasm', '--precision=float32'],
  ['--engine=wasm', '--precision=float64'],
  ['--engine=wasm', '--precision=float64', '--strict'],
  ['--engine=wasm', '--precision=float32', '--kernels=simd128'],
  ['--engine=naive', '--precision=float64'],
] as const;

/** Path of a Node of this major version, or why there is none. */
const findNode = (major: number): { readonly path: string } | { readonly problem: string } => {
  if (process.versions.node.startsWith(`${major}.`)) return { path: process.execPath };
  const folder = join(work, `node-${major}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}');
  try {
    const args = ['install', '--silent', '--no-audit', '--no-fund', `node@${major}`];
    execFileSync('npm', args, { cwd: folder, stdio: 'ignore' });
    const path = join(folder, 'node_modules', 'node', 'bin', 'node');
    execFileSync(path, ['--version']);
    return { path };
  } catch (error) {
    return { problem: (error instanceof Error ? error.message : String(error)).split('\n')[0] };
  }
};

type Line = {
  type: string;
  step?: number;
  stateHash?: string;
  evalLoss?: number;
  engine?: { variant: string };
};

/** The build that a run was trained on, and step, hash and loss of each of its frames. */
const trained = (
  node: string,
  file: string,
  engine: readonly string[],
): { variant: string; frames: string } => {
  const args = [program, file, '--headless', '--log=-', ...engine];
  const env = { ...process.env, XDG_CONFIG_HOME: work, XDG_DATA_HOME: work };
  const output = execFileSync(node, args, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = output
    .trim()
    .split('\n')
    .map((line): Line => JSON.parse(line));
  const frames = lines.filter(({ type }) => type === 'frame');
  if (frames.length < 2) throw new Error(`${file} ${engine.join(' ')}: no frames`);
  return {
    variant: lines[0].engine?.variant ?? '',
    frames: frames.map(({ step, stateHash, evalLoss }) => `${step} ${stateHash} ${evalLoss}`).join('\n'),
  };
};

const nodes = majors.flatMap((major) => {
  const found = findNode(major);
  if ('path' in found) return [{ major, path: found.path }];
  console.log(`Node ${major}: left out, it cannot be had here: ${found.problem}`);
  return [];
});
let differences = 0;
for (const [at, [name, experiment]] of Object.entries(experiments).entries()) {
  const file = join(work, `experiment-${at}.json`);
  writeFileSync(file, JSON.stringify({ title: name, look: 'Bits.', shows: 'Bits.', experiment }));
  for (const engine of engines) {
    const results = nodes.map(({ major, path }) => ({ major, ...trained(path, file, engine) }));
    const isSame = results.every(({ frames }) => frames === results[0].frames);
    if (!isSame) differences++;
    const where = results.map(({ major, variant }) => `Node ${major} ${variant}`).join(', ');
    console.log(`${isSame ? 'same' : 'DIFFERENT'}: ${name}, ${engine.join(' ')}: ${where}`);
  }
}
rmSync(work, { recursive: true });
console.log(`${nodes.length} of ${majors.length} Nodes compared, ${differences} differences`);
process.exitCode = differences === 0 && nodes.length > 1 ? 0 : 1;
