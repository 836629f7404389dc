import { expect, test } from 'vitest';
import { tfjsLines } from '../../../src/commands/doctor/tfjs-lines.js';
import { nativeProblem } from '../../../src/engine/tfjs/native-trial.js';

/** What doctor says where native TensorFlow is a module with this code. */
const saidOf = (code: string): readonly string[] =>
  tfjsLines([
    {
      backend: 'tensorflow',
      reason: nativeProblem(`data:text/javascript,${encodeURIComponent(code)}`),
    },
    { backend: 'wasm', reason: null },
    { backend: 'cpu', reason: null },
  ]);

test('all is well', () => {
  expect(saidOf('')).toEqual([
    'tfjs: float32, on tensorflow for convolutions, and for steps of at least 5 MFLOP a layer (15 with batch norm), else wasm',
  ]);
});

test('a processor without the instructions that the library needs', () => {
  const dying = 'process.kill(process.pid, "SIGILL"); await new Promise(() => setInterval(() => {}, 1000));';
  expect(saidOf(dying)).toEqual([
    'tfjs: float32, on wasm; tensorflow does not load: it ends the process that loads it (SIGILL)',
    'tfjs: native TensorFlow needs instructions that this processor lacks, as a rule AVX; nothing else does',
  ]);
});

test('an install script that npm has blocked', () => {
  // In the words of tfjs-node 4.22 without its binding.
  const blocked =
    'throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found at path: lib/napi-v8");';
  expect(saidOf(blocked)).toEqual([
    'tfjs: float32, on wasm; tensorflow does not load: The Node.js native addon module (tfjs_binding.node) can not be found at path: lib/napi-v8',
    expect.stringContaining('npm install -g --allow-scripts=@tensorflow/tfjs-node teachtop'),
  ]);
});

test('no package', () => {
  const [, ...others] = tfjsLines([
    { backend: 'tensorflow', reason: "Cannot find package '@tensorflow/tfjs-node'" },
    { backend: 'wasm', reason: null },
  ]);
  expect(others).toEqual([expect.stringContaining('native TensorFlow is an optional package')]);
});

test('no library', () => {
  const [line, ...others] = saidOf('import "file:///nowhere/tfjs-node.js";');
  expect(line).toMatch(/^tfjs: float32, on wasm; tensorflow does not load: Cannot find module/);
  expect(others).toEqual([]);
});

test('nothing loads', () => {
  expect(tfjsLines('Cannot find package')).toEqual(['tfjs: does not load: Cannot find package']);
  expect(tfjsLines([{ backend: 'cpu', reason: 'broken' }])).toEqual([
    'tfjs: no backend; cpu does not load: broken',
  ]);
});
