import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Which modules of ours each module may import, by the longest matching prefix of its path under src.
 * A module may always import from its own folder.
 */
const directions: Readonly<Record<string, readonly string[]>> = {
  experiment: [],
  net: ['experiment'],
  engine: ['net', 'experiment'],
  files: ['engine/problem.ts', 'net', 'experiment'],
  'run/protocol.ts': ['engine/engine.ts', 'net/theory-quantities.ts', 'experiment/experiment.ts'],
  'run/perturbation-catalog.ts': ['run/protocol.ts'],
  run: ['engine', 'files', 'net', 'experiment'],
  'run/perturbation-schema.ts': [],
  log: ['run/protocol.ts', 'run/perturbation-schema.ts', 'files/folders.ts', 'experiment'],
  store: ['run/protocol.ts'],
  'store.ts': ['run/protocol.ts'],
  ui: ['store', 'store.ts', 'run/protocol.ts', 'run/perturbation-catalog.ts'],
  'ui/sweep': ['ui', 'sweep'],
  parity: ['engine', 'files', 'net', 'experiment'],
  sweep: ['engine', 'files/folders.ts', 'files/folder-lock.ts', 'net', 'experiment'],
  report: ['sweep/result.ts', 'files/folders.ts', 'log', 'run/protocol.ts', 'experiment'],
  'session.ts': ['files/folder-lock.ts', 'run', 'log', 'experiment', 'engine/engine.ts', 'twin.ts'],
  'twin.ts': ['run'],
  watch: ['log', 'store', 'run/protocol.ts', 'experiment'],
  export: ['log', 'run/protocol.ts', 'store', 'ui'],
  'settings.ts': ['experiment', 'ui/key-choice.ts', 'ui/palette.ts', 'ui/theme.ts'],
  'plain.ts': ['run/protocol.ts', 'store', 'store.ts'],
  'sentences.ts': ['run/protocol.ts', 'plain.ts'],
  commands: ['*'],
  'cli.tsx': ['*'],
};

const source = join(import.meta.dirname, '..', 'src');

const modules = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith(join('engine', 'kernel')))
  .sort();

const importPattern =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)/g;

const importsOf = (path: string): string[] => {
  const text = readFileSync(join(source, path), 'utf8');
  return [...text.matchAll(importPattern)].map(([, from, dynamic]) => {
    const target = normalize(join(dirname(path), from ?? dynamic));
    return target.replace(/\.js$/, '.ts');
  });
};

const startsWithModule = (path: string, module: string): boolean =>
  module === '*' ||
  path === module ||
  path.startsWith(`${module}/`) ||
  path.replace(/x$/, '') === module.replace(/x$/, '');

const ruleFor = (path: string): string | undefined =>
  Object.keys(directions)
    .filter((module) => startsWithModule(path, module))
    .sort((a, b) => b.length - a.length)[0];

test('every source module falls under a direction rule', () => {
  expect(modules.length).toBeGreaterThan(0);
  expect(modules.filter((path) => ruleFor(path) === undefined)).toEqual([]);
});

test.each(modules)('%s imports only what its direction allows', (path) => {
  const rule = ruleFor(path) ?? '';
  const ownFolder = dirname(path) === '.' ? undefined : dirname(path).split('/')[0];
  const forbidden = importsOf(path).filter((target) => {
    const inOwnFolder = ownFolder !== undefined && target.startsWith(`${ownFolder}/`) && rule === ownFolder;
    return !inOwnFolder && !directions[rule].some((allowed) => startsWithModule(target, allowed));
  });
  expect(forbidden.map((target) => `${path} -> ${relative('.', target)}`)).toEqual([]);
});

test('asciichart is imported in one file, and only there', () => {
  const importers = modules.filter((path) =>
    /from 'asciichart'/.test(readFileSync(join(source, path), 'utf8')),
  );
  expect(importers).toEqual([join('ui', 'chart.ts')]);
});

test('Observable Plot and its DOM stay in the drawing files of the report', () => {
  const importers = modules.filter((path) =>
    /from '(@observablehq\/plot|linkedom)'/.test(readFileSync(join(source, path), 'utf8')),
  );
  expect(importers.filter((path) => !path.startsWith(join('report', '')))).toEqual([]);
});
