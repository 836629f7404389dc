import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

/**
 * Which rooms (folders of src) each room may import, from the ground up. A room is entered by one file only, its
 * public surface; inside a room files import each other.
 */
const directions: Readonly<Record<string, readonly string[]>> = {
  input: [],
  package: [],
  experiment: ['package', 'input'],
  net: ['experiment', 'input'],
  problem: ['net', 'experiment', 'input'],
  engine: ['package', 'problem', 'net', 'experiment', 'input'],
  files: ['package', 'problem', 'net', 'experiment', 'input'],
  protocol: ['engine', 'net', 'experiment', 'input'],
  run: ['package', 'protocol', 'files', 'engine', 'problem', 'net', 'experiment', 'input'],
  sweep: ['package', 'files', 'engine', 'problem', 'net', 'experiment', 'input'],
  parity: ['files', 'engine', 'problem', 'net', 'experiment', 'input'],
  log: ['package', 'protocol', 'files', 'net', 'experiment', 'input'],
  store: ['protocol', 'net'],
  words: ['sweep', 'protocol', 'net', 'experiment', 'input'],
  session: ['store', 'log', 'run', 'protocol', 'files', 'engine', 'experiment', 'input'],
  report: ['words', 'store', 'log', 'sweep', 'protocol', 'net', 'files', 'experiment', 'input'],
  ui: ['words', 'store', 'sweep', 'protocol', 'net', 'experiment', 'input'],
  export: ['ui', 'words', 'store', 'log', 'sweep', 'protocol', 'net', 'experiment', 'input'],
  commands: ['*'],
  library: ['run', 'log', 'protocol', 'engine', 'problem', 'net', 'experiment', 'input'],
};

const mostFilesInFolder = 15;
const mostLinesInFile = 350;

const source = join(import.meta.dirname, '..', 'src');
const paths = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
  /\.tsx?$/.test(path),
);

/** The kernels are AssemblyScript, a program of their own that imports nothing of ours. */
const kernels = join('engine', 'wasm', 'kernel', '/');
const modules = paths.filter((path) => !path.startsWith(kernels) && !path.endsWith('.d.ts')).sort();

const textOf = (path: string): string => readFileSync(join(source, path), 'utf8');

const importPattern =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)/g;

const sourceOf = (imported: string): string => {
  const path = imported.replace(/\.js$/, '.ts');
  return paths.includes(path) ? path : `${path}x`;
};

const imports = new Map(
  modules.map((path) => [
    path,
    [...textOf(path).matchAll(importPattern)].map(([, from, dynamic]) =>
      sourceOf(normalize(join(dirname(path), from ?? dynamic))),
    ),
  ]),
);

/** The room that a file stands in; `cli.ts`, which starts the program, stands in none. */
const roomOf = (path: string): string => (path.includes('/') ? path.split('/')[0] : '');

const crossings = modules
  .filter((path) => roomOf(path) !== '')
  .flatMap((path) =>
    (imports.get(path) ?? [])
      .filter((target) => roomOf(target) !== roomOf(path))
      .map((target) => ({ path, target })),
  );

test('every folder of src is a room with directions', () => {
  expect([...new Set(modules.map(roomOf))].filter((room) => room !== '').sort()).toEqual(
    Object.keys(directions).sort(),
  );
});

test('rooms import only the rooms that they may', () => {
  const forbidden = crossings.filter(({ path, target }) => {
    const allowed = directions[roomOf(path)];
    return !allowed.includes('*') && !allowed.includes(roomOf(target));
  });
  expect(forbidden.map(({ path, target }) => `${path} -> ${target}`)).toEqual([]);
});

test('outsiders enter a room by one file', () => {
  const doors = Map.groupBy(new Set(crossings.map(({ target }) => target)), roomOf);
  expect([...doors.values()].filter((files) => files.length > 1)).toEqual([]);
});

/** The files of a circle of imports that can be reached from `path`, or null. */
const circleFrom = (path: string, finished: Set<string>, trail: readonly string[] = []): string[] | null => {
  if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
  if (finished.has(path)) return null;
  for (const target of imports.get(path) ?? []) {
    const circle = circleFrom(target, finished, [...trail, path]);
    if (circle) return circle;
  }
  finished.add(path);
  return null;
};

test('no files import each other in a circle', () => {
  const finished = new Set<string>();
  expect(modules.map((path) => circleFrom(path, finished)).filter((circle) => circle !== null)).toEqual([]);
});

test('no folder is a drawer', () => {
  const folders = Map.groupBy(modules, dirname);
  expect(
    [...folders].filter(([, files]) => files.length > mostFilesInFolder).map(([folder]) => folder),
  ).toEqual([]);
});

test('no file is long', () => {
  const long = paths.filter((path) => textOf(path).split('\n').length - 1 > mostLinesInFile);
  expect(long).toEqual([]);
});

/** What stands for more than one of these, and those. */
const doubled = (named: readonly (readonly [name: string, path: string])[]): string[] =>
  [...Map.groupBy(named, ([name]) => name)]
    .filter(([, places]) => places.length > 1)
    .map(([name, places]) => `${name}: ${places.map(([, path]) => path).join(', ')}`);

/** Doors of rooms and of the library are named after what they open. */
const named = paths.filter((path) => basename(path) !== 'index.ts' && roomOf(path) !== 'library');

test('no two files have one name', () => {
  expect(doubled(named.map((path) => [basename(path).replace(/\..*/, ''), path]))).toEqual([]);
});

test('no two types have one name', () => {
  const declared = /^export (?:declare |abstract )*(?:type|interface|class|enum) (\w+)/gm;
  expect(
    doubled(
      named.flatMap((path) =>
        [...textOf(path).matchAll(declared)].map(([, name]): [string, string] => [name, path]),
      ),
    ),
  ).toEqual([]);
});

test('asciichart is imported in one file, and only there', () => {
  const importers = modules.filter((path) => /from 'asciichart'/.test(textOf(path)));
  expect(importers).toEqual([join('ui', 'charts', 'chart.ts')]);
});

test('Observable Plot and its DOM stay in the drawing files of the report', () => {
  const importers = modules.filter((path) => /from '(@observablehq\/plot|linkedom)'/.test(textOf(path)));
  expect(importers.filter((path) => !path.startsWith(join('report', '')))).toEqual([]);
});
