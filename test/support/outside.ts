import { spawnSync } from 'node:child_process';

const libraries = [
  ...([
    'numpy',
    'pandas',
    'duckdb',
    'torch',
    'lightning',
    'pytorch_lightning',
    'keras',
    'tensorflow',
    'jax',
  ] as const),
];
type Library = (typeof libraries)[number];

const listThoseThere =
  'import sys; from importlib.util import find_spec; print(*filter(find_spec, sys.argv[1:]))';

/** Each Python with those of the libraries that it has. */
let pythons: readonly (readonly [command: string, has: ReadonlySet<string>])[] | undefined;

const findPythons = () =>
  ['python3', '/usr/bin/python3'].flatMap((command) => {
    const { status, stdout } = spawnSync(command, ['-c', listThoseThere, ...libraries], { encoding: 'utf8' });
    return status === 0 ? [[command, new Set(stdout.trim().split(' '))] as const] : [];
  });

/** The first Python that has these libraries; undefined where there is none. */
export const pythonWith = (...wanted: Library[]): string | undefined => {
  pythons ??= findPythons();
  return pythons.find(([, has]) => wanted.every((library) => has.has(library)))?.[0];
};

/** For a Python whose matrices are small: threads that wait for work would take most of the time. */
export const pythonEnvironment = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };

/** Whether a program is on the path. */
export const isOnPath = (program: string): boolean =>
  spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
