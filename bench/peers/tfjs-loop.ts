import type * as tfjs from '@tensorflow/tfjs-core';
import { loadTfjs, reportBackends, type TfjsBackend } from '../../src/engine/tfjs/tfjs-backend.js';
import { type Peer, type Size, spent } from '../peer.ts';

const rows = 10_000;
const rate = 0.01;

/** Native TensorFlow reads them when it is loaded. */
Object.assign(process.env, { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' });

/** The backends that are measured, and why those that do not load here are left out. */
const reports = (await reportBackends()).filter(({ backend }) => backend !== 'cpu');

export const tfjsVersions = (): string =>
  reports
    .map(({ backend, reason }) => `tfjs ${backend}${reason === null ? '' : ` left out: ${reason}`}`)
    .join(', ');

export const tfjsPeers = async (size: Size): Promise<Peer[]> => {
  const peers: Peer[] = [];
  for (const { backend, reason } of reports) if (reason === null) peers.push(await tfjsPeer(backend, size));
  return peers;
};

/**
 * The loop in tfjs, written out by hand: teacher outputs computed once, no gradient tape, unfused products (the
 * fused ones of the WASM backend 4.22 are wrong with a transposed operand and a bias).
 */
const tfjsPeer = async (backend: TfjsBackend, { widths, batch }: Size): Promise<Peer> => {
  const { tf } = await loadTfjs([backend]);
  const [d, c, hidden] = [widths[0], widths[widths.length - 1], widths.slice(1, -1)];
  const ones = (count: number) => tf.ones([count, 1]);
  const x = tf.tidy(() =>
    tf.concat2d(
      [tf.randomNormal([rows, d], 0, 1.5, 'float32', 1), ones(rows) as tfjs.Tensor2D] as tfjs.Tensor2D[],
      1,
    ),
  );
  const target = tf.tidy(() => {
    const hidden = tf.relu(tf.matMul(x, tf.randomNormal([d + 1, 10], 0, 1, 'float32', 2)));
    return tf.matMul(
      tf.concat([hidden, ones(rows)], 1),
      tf.randomNormal([11, c], 0, 0.1, 'float32', 3),
    ) as tfjs.Tensor2D;
  });
  let weights = widths
    .slice(1)
    .map((units, l) => tf.randomNormal([widths[l] + 1, units], 0, 0.005, 'float32', 4 + l) as tfjs.Tensor2D);
  const constant = ones(batch) as tfjs.Tensor2D;

  /** What each layer reads: the batch, then each hidden layer's units and the constant. */
  const forward = (xb: tfjs.Tensor2D): tfjs.Tensor2D[] => {
    const read = [xb];
    for (const [l] of hidden.entries())
      read.push(tf.concat2d([tf.relu(tf.matMul(read[l], weights[l])) as tfjs.Tensor2D, constant], 1));
    return read;
  };

  const updated = (read: readonly tfjs.Tensor2D[], tb: tfjs.Tensor2D): tfjs.Tensor2D[] => {
    const next: tfjs.Tensor2D[] = [];
    let gradient = tf.sub(tb, tf.matMul(read[hidden.length], weights[hidden.length])) as tfjs.Tensor2D;
    for (let l = hidden.length; l >= 0; l--) {
      next[l] = tf.add(weights[l], tf.mul(tf.matMul(read[l], gradient, true), rate / batch));
      if (l === 0) break;
      const shape: [number, number] = [widths[l], widths[l + 1]];
      const arriving = tf.matMul(gradient, tf.slice2d(weights[l], [0, 0], shape), false, true);
      gradient = tf.mul(arriving, tf.step(tf.slice2d(read[l], [0, 0], [batch, widths[l]])));
    }
    return next;
  };

  const step = (): void => {
    const next = tf.tidy(() => {
      const indices = tf.tensor1d(
        Int32Array.from({ length: batch }, () => Math.floor(Math.random() * rows)),
        'int32',
      );
      const read = forward(tf.gather(x, indices) as tfjs.Tensor2D);
      return updated(read, tf.gather(target, indices) as tfjs.Tensor2D);
    });
    for (const old of weights) old.dispose();
    weights = next;
  };

  return {
    name: `tfjs ${backend}`,
    seconds: async (steps) => {
      await tf.setBackend(backend);
      return spent(() => {
        for (let i = 0; i < steps; i++) step();
        weights[0].dataSync();
      });
    },
    close: () => {
      for (const tensor of [x, target, ...weights, constant]) tensor.dispose();
    },
  };
};
