import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

/** The folder above this module, in src or in dist as a module or part of a bundle, that has the package's file. */
const folderAbove = (path: string): string =>
  existsSync(join(path, 'package.json')) ? path : folderAbove(dirname(path));

const folder = folderAbove(import.meta.dirname);

/** Path of what ships beside the code: presets, kernels, package.json. `path` is relative to the package. */
export const packageFile = (path: string): string => join(folder, path);

/**
 * Built module that a thread or a process starts with, by its path below src without an ending. It is the built one even
 * where src itself runs, in tests: Node resolves no import of a TypeScript file in a thread.
 */
export const builtFile = (module: string): URL => pathToFileURL(packageFile(`dist/${module}.js`));

const packageSchema = z.object({ version: z.string() });

/** "teachtop 0.1.0". */
export const programName = (): string => {
  const { version } = packageSchema.parse(JSON.parse(readFileSync(packageFile('package.json'), 'utf8')));
  return `teachtop ${version}`;
};
