import { spawnSync } from 'node:child_process';

const hasModules =
  'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))';

/** The first Python that has these modules; undefined where there is none. */
export const pythonWith = (...modules: string[]): string | undefined =>
  ['python3', '/usr/bin/python3'].find(
    (command) => spawnSync(command, ['-c', hasModules, ...modules]).status === 0,
  );

/** For a Python whose matrices are small: threads that wait for work would take most of the time. */
export const pythonEnvironment = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };

/** Whether a program is on the path. */
export const isOnPath = (program: string): boolean =>
  spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
