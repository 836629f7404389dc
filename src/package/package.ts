import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** Both src/package and dist/package stand two levels below the package. */
const folder = new URL('../../', import.meta.url);

/** Path of what ships beside the code: presets, package.json. `path` is relative to the package, with slashes. */
export const packageFile = (path: string): string => fileURLToPath(new URL(path, folder));

/**
 * Built module that a thread or a process starts with, by its path below src without an ending. It is the built one even
 * where src itself runs, in tests: Node resolves no import of a TypeScript file in a thread.
 */
export const builtFile = (module: string): URL => new URL(`dist/${module}.js`, folder);

const packageSchema = z.object({ version: z.string() });

/** "teachtop 0.1.0". */
export const programName = (): string => {
  const { version } = packageSchema.parse(JSON.parse(readFileSync(packageFile('package.json'), 'utf8')));
  return `teachtop ${version}`;
};
