import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Peer } from '../peer.ts';

export type Library = 'torch' | 'numpy';

/** An interpreter that can import a library. */
export type PythonLibrary = { readonly library: Library; readonly python: string; readonly version: string };

/** One thread for every BLAS that NumPy or PyTorch may have been built with. */
const oneThread = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/** The first on the path, the system's own, and those that BENCH_PYTHON names, commas between them. */
const interpreters: readonly string[] = [
  'python3',
  '/usr/bin/python3',
  ...(process.env.BENCH_PYTHON ?? '').split(',').filter((name) => name !== ''),
];

const versionIn = (python: string, library: Library): string | null => {
  try {
    const program = `import ${library}; print(${library}.__version__)`;
    return execFileSync(python, ['-c', program], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
};

/** Every version of a library that an interpreter here can import. */
export const pythonLibraries = (library: Library): readonly PythonLibrary[] => {
  const found = new Map<string, PythonLibrary>();
  for (const python of interpreters) {
    const version = versionIn(python, library);
    if (version !== null && !found.has(version)) found.set(version, { library, python, version });
  }
  return [...found.values()];
};

const titles: Readonly<Record<Library, string>> = { torch: 'PyTorch', numpy: 'NumPy + BLAS' };

/** "PyTorch 2.1.0" */
export const libraryName = ({ library, version }: PythonLibrary): string => `${titles[library]} ${version}`;

/** A loop in another process that runs steps when told to and says how much processor time they took. `script`: in this folder. */
export const pythonPeer = async (
  found: PythonLibrary,
  label: string,
  script: string,
  args: readonly string[],
): Promise<Peer> => {
  const path = join(import.meta.dirname, script);
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(found.python, [path, ...args], {
    env: { ...process.env, ...oneThread },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  return {
    name: `${libraryName(found)} ${label}`,
    seconds: async (steps) => {
      child.stdin.write(`${steps}\n`);
      const [line] = (await once(lines, 'line')) as [string];
      return Number(line);
    },
    close: () => child.stdin.end(),
  };
};
