import { type ChildProcessByStdio, execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Peer } from '../peer.ts';

export type Library = 'torch' | 'numpy';

/** An interpreter that can import a library, and the kernels of OpenBLAS that it is told to take; null: as it comes. */
export type PythonLibrary = {
  readonly library: Library;
  readonly python: string;
  readonly version: string;
  readonly openblas: string | null;
};

/** One thread for every BLAS that NumPy or PyTorch may have been built with. */
const oneThread = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/** The first on the path, the system's own, and those that BENCH_PYTHON names, commas between them. */
const interpreters: readonly string[] = [
  'python3',
  '/usr/bin/python3',
  ...(process.env.BENCH_PYTHON ?? '').split(',').filter((name) => name !== ''),
];

/** Prints the library's version, then the kernels that its OpenBLAS has chosen for this processor, where it has one. */
const probe = (library: Library): string => `
import ctypes, re, ${library}
print(${library}.__version__)
for path in set(re.findall(r"/\\S*openblas\\S*", open("/proc/self/maps").read())):
    try:
        name = ctypes.CDLL(path).openblas_get_corename
    except AttributeError:
        continue
    name.restype = ctypes.c_char_p
    print(name().decode())
    break
`;

/** Kernels of OpenBLAS without the vectors of 256 bits that a processor with AVX2 has. */
const withoutAvx2 =
  /^(Katmai|Coppermine|Northwood|Prescott|Banias|Core2|Penryn|Dunnington|Nehalem|Atom|Sandybridge|generic)$/i;

const processorHasAvx2 = (): boolean =>
  existsSync('/proc/cpuinfo') && /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));

const asItComes = (
  python: string,
  library: Library,
): (PythonLibrary & { readonly kernels: string }) | null => {
  try {
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
    const [version = '', kernels = ''] = execFileSync(python, ['-c', probe(library)], {
      encoding: 'utf8',
      stdio,
    })
      .trim()
      .split('\n');
    return { library, python, version, openblas: null, kernels };
  } catch {
    return null;
  }
};

/**
 * Every version of a library that an interpreter here can import. An OpenBLAS that does not know the processor takes
 * kernels of an old one, at a quarter of the speed: the same library with those for AVX2 then stands beside it.
 */
export const pythonLibraries = (library: Library): readonly PythonLibrary[] => {
  const found = new Map<string, PythonLibrary[]>();
  for (const python of interpreters) {
    const one = asItComes(python, library);
    if (one === null || found.has(one.version)) continue;
    const misjudged = withoutAvx2.test(one.kernels) && processorHasAvx2();
    found.set(one.version, misjudged ? [one, { ...one, openblas: 'Haswell' }] : [one]);
  }
  return [...found.values()].flat();
};

const titles: Readonly<Record<Library, string>> = { torch: 'PyTorch', numpy: 'NumPy + BLAS' };

/** "PyTorch 2.1.0", "PyTorch 2.1.0 (OpenBLAS: Haswell)" */
export const libraryName = ({ library, version, openblas }: PythonLibrary): string =>
  `${titles[library]} ${version}${openblas === null ? '' : ` (OpenBLAS: ${openblas})`}`;

/** A loop in another process that runs steps when told to and says how much processor time they took. `script`: in this folder. */
export const pythonPeer = async (
  found: PythonLibrary,
  label: string,
  script: string,
  args: readonly string[],
): Promise<Peer> => {
  const path = join(import.meta.dirname, script);
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(found.python, [path, ...args], {
    env: {
      ...process.env,
      ...oneThread,
      ...(found.openblas === null ? {} : { OPENBLAS_CORETYPE: found.openblas }),
    },
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
