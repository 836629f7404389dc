import module from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { cacheFolder } from '../../package/index.js';

/**
 * Has Node keep what V8 compiles of the program for its next start, and for its threads. Node checks what it finds there,
 * and goes without where it cannot be read or written. A user's own NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE count.
 */
export const keepCompiledCode = (): void => {
  const folder = cacheFolder();
  if (folder === null || process.env.NODE_COMPILE_CACHE || process.env.NODE_DISABLE_COMPILE_CACHE) return;
  process.env.NODE_COMPILE_CACHE = join(folder, 'code');
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
};
