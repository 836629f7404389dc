import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { type Peer, type Size, timed } from '../peer.ts';

const rows = 10_000;
const rate = 0.01;

const prepareWasm = (): void => {
  const entry = fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(`${join(dirname(entry), '..', 'wasm-out')}/`);
  setThreadsCount(1);
};

/**
 * The loop in tfjs, written out by hand: teacher outputs computed once, no gradient tape, unfused products (the
 * fused ones of the WASM backend 4.22 are wrong with a transposed operand and a bias).
 */
export const tfjsPeer = async (backend: 'wasm' | 'cpu', { d, n, c, batch }: Size): Promise<Peer> => {
  if (backend === 'wasm') prepareWasm();
  await tf.setBackend(backend);
  await tf.ready();
  const ones = (count: number) => tf.ones([count, 1]);
  const x = tf.tidy(() =>
    tf.concat2d(
      [tf.randomNormal([rows, d], 0, 1.5, 'float32', 1), ones(rows) as tf.Tensor2D] as tf.Tensor2D[],
      1,
    ),
  );
  const target = tf.tidy(() => {
    const hidden = tf.relu(tf.matMul(x, tf.randomNormal([d + 1, 10], 0, 1, 'float32', 2)));
    return tf.matMul(
      tf.concat([hidden, ones(rows)], 1),
      tf.randomNormal([11, c], 0, 0.1, 'float32', 3),
    ) as tf.Tensor2D;
  });
  let w1 = tf.randomNormal([d + 1, n], 0, 0.005, 'float32', 4) as tf.Tensor2D;
  let w2 = tf.randomNormal([n + 1, c], 0, 0.005, 'float32', 5) as tf.Tensor2D;
  const constant = ones(batch) as tf.Tensor2D;

  const step = (): void => {
    const [next1, next2] = tf.tidy(() => {
      const indices = tf.tensor1d(
        Int32Array.from({ length: batch }, () => Math.floor(Math.random() * rows)),
        'int32',
      );
      const xb = tf.gather(x, indices) as tf.Tensor2D;
      const tb = tf.gather(target, indices) as tf.Tensor2D;
      const z = tf.relu(tf.matMul(xb, w1)) as tf.Tensor2D;
      const hidden = tf.concat2d([z, constant], 1);
      const g2 = tf.sub(tb, tf.matMul(hidden, w2)) as tf.Tensor2D;
      const g1 = tf.mul(
        tf.matMul(g2, tf.slice2d(w2, [0, 0], [n, c]), false, true),
        tf.step(z),
      ) as tf.Tensor2D;
      return [
        tf.add(w1, tf.mul(tf.matMul(xb, g1, true), rate / batch)) as tf.Tensor2D,
        tf.add(w2, tf.mul(tf.matMul(hidden, g2, true), rate / batch)) as tf.Tensor2D,
      ];
    });
    w1.dispose();
    w2.dispose();
    [w1, w2] = [next1, next2];
  };

  return {
    name: `tfjs ${backend}`,
    seconds: async (steps) => {
      await tf.setBackend(backend);
      return timed(() => {
        for (let i = 0; i < steps; i++) step();
        w1.dataSync();
      });
    },
    close: () => {
      for (const tensor of [x, target, w1, w2, constant]) tensor.dispose();
    },
  };
};
