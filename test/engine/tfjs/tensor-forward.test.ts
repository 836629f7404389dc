import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { runForward } from '../../../src/engine/tfjs/tensor-forward.js';
import { NetworkLayout, trainedTensors } from '../../../src/engine/tfjs/tensor-network.js';
import { loadTfjs } from '../../../src/engine/tfjs/tfjs-backend.js';
import { everyArray } from '../../../src/net/network.js';
import { randomDeepProblem } from '../../support/tfjs-problems.js';

test('the operations chosen for any backend give the same outputs and gradients', async () => {
  await loadTfjs(['cpu']);
  const { student } = randomDeepProblem({
    inputs: 2,
    side: 8,
    student: [3, 5],
    norm: { affine: true, beforeRelu: false },
  });
  const layout = new NetworkLayout(tf, student);
  const tensors = layout.upload(everyArray(student));
  const trained = trainedTensors(layout.assemble(tensors));
  const x = tf.randomNormal([4, 8, 8, 2], 0, 1, 'float32', 3);
  // Only the choice of operations; all of them run on the CPU backend.
  const [fast, gathered, apart] = (['tensorflow', 'cpu', 'wasm'] as const).map((backend) => {
    const energy = (...values: tf.Tensor[]): tf.Scalar => {
      const network = layout.assemble([...values, ...tensors.slice(values.length)]);
      const { output } = runForward({ tf, backend, openAtZero: false }, network, x, true);
      return tf.sum(tf.square(output));
    };
    const { value, grads } = tf.valueAndGrads(energy)(trained);
    return [value, ...grads].map((tensor) => Array.from(tensor.dataSync()));
  });
  gathered.flat().forEach((value, i) => {
    for (const other of [fast, apart])
      expect(Math.abs(other.flat()[i] - value)).toBeLessThan(1e-3 * (1 + Math.abs(value)));
  });
});
