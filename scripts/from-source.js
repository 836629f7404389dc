// Lets Node run the sources as they are, for benchmarks and scripts: `node --import ./scripts/from-source.js FILE.ts`. Node
// strips types by itself; imports name the compiled ".js", and are led to the ".ts" where only that is there.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const isOurs = (url) => url.startsWith('file:') && !url.includes('/node_modules/');

registerHooks({
  resolve(specifier, context, next) {
    const isRelative = specifier.startsWith('.') && specifier.endsWith('.js');
    if (isRelative && context.parentURL && isOurs(context.parentURL)) {
      const url = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(fileURLToPath(url))) return next(url.href, context);
    }
    return next(specifier, context);
  },
});
