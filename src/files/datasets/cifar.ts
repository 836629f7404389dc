import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readUserFile, UserError } from '../../input/index.js';
import type { Matrix } from '../../net/index.js';
import type { FileInputs } from '../../problem/index.js';
import type { Wanted } from './mnist.js';
import { type ChannelStatistics, standardizedImages } from './pixels.js';

const positions = 32 * 32;
const imageBytes = 3 * positions;
/** A label, then the image. */
const recordBytes = 1 + imageBytes;
const recordsPerFile = 10_000;
const largestFileBytes = 64 * 1024 ** 2;

/** Mean and deviation of the training pixels, red, green and blue. Source: widely used, e.g. kuangliu/pytorch-cifar. */
const statistics: readonly ChannelStatistics[] = [
  { mean: 0.4914, deviation: 0.247 },
  { mean: 0.4822, deviation: 0.2435 },
  { mean: 0.4465, deviation: 0.2616 },
];

const subfolders = ['', 'cifar-10-batches-bin', 'cifar10'];

const findFile = (name: string, folder: string): string => {
  const found = subfolders.map((subfolder) => join(folder, subfolder, name)).find((path) => existsSync(path));
  if (found === undefined)
    throw new UserError(`${folder}: got no ${name}, allowed: CIFAR-10's binary version`);
  return found;
};

/** The images of a binary batch, and their labels. Source: cs.toronto.edu/~kriz/cifar.html, binary version. */
const readBatch = (path: string): { readonly pixels: Uint8Array; readonly labels: Uint8Array } => {
  const bytes = readUserFile(path, largestFileBytes);
  if (bytes.length !== recordsPerFile * recordBytes)
    throw new UserError(
      `${path}: got ${bytes.length} bytes, allowed: ${recordsPerFile * recordBytes}, ${recordsPerFile} images of 32x32`,
    );
  const pixels = new Uint8Array(recordsPerFile * imageBytes);
  const labels = new Uint8Array(recordsPerFile);
  for (let image = 0; image < recordsPerFile; image++) {
    labels[image] = bytes[image * recordBytes];
    pixels.set(bytes.subarray(image * recordBytes + 1, (image + 1) * recordBytes), image * imageBytes);
  }
  return { pixels, labels };
};

type Part = { readonly images: Matrix; readonly labels: Uint8Array };

const readPart = (names: readonly string[], folder: string, samples: number): Part => {
  const needed = names.slice(0, Math.ceil(samples / recordsPerFile));
  const batches = needed.map((name) => readBatch(findFile(name, folder)));
  const pixels = new Uint8Array(batches.length * recordsPerFile * imageBytes);
  for (const [at, batch] of batches.entries()) pixels.set(batch.pixels, at * recordsPerFile * imageBytes);
  return {
    images: standardizedImages(pixels, samples, positions, statistics),
    labels: batches[0].labels.subarray(0, samples),
  };
};

/**
 * The first images of CIFAR-10's training and test batches, [samples x 3072], from a data folder. Errors: UserError
 * naming what is missing or wrong.
 */
export const loadCifar10 = (
  dataFolder: string | null,
  { trainSize, evalSize, classes }: Wanted,
): FileInputs => {
  if (dataFolder === null)
    throw new UserError(
      'cifar10: got no folder, allowed: --data-dir with data_batch_1.bin to 5 and test_batch.bin',
    );
  const training = [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`);
  const train = readPart(training, dataFolder, trainSize);
  const evaluation = readPart(['test_batch.bin'], dataFolder, evalSize);
  return {
    train: train.images,
    evaluation: evaluation.images,
    labels: classes === null ? null : evaluation.labels,
  };
};
