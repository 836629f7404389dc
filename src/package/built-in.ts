import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** Modules of Node's own that few starts need, loaded where they are: they take 2 to 6 ms of every start and thread. */
export const builtIn = {
  crypto: () => load('node:crypto') as typeof import('node:crypto'),
  zlib: () => load('node:zlib') as typeof import('node:zlib'),
} as const;
