import { spawnSync } from 'node:child_process';

/** The first Python that imports these modules; undefined where there is none. */
export const pythonWith = (...modules: string[]): string | undefined =>
  ['python3', '/usr/bin/python3'].find(
    (command) => spawnSync(command, ['-c', ['import sys', ...modules].join(', ')]).status === 0,
  );

/** Whether a program is on the path. */
export const isOnPath = (program: string): boolean =>
  spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
