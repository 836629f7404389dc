import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Peer, Size } from '../peer.ts';

/** One thread for every BLAS that NumPy or PyTorch may have been built with. */
const oneThread = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/** The library's version, or null where python3 cannot import it. */
export const pythonLibrary = (library: 'torch' | 'numpy'): string | null => {
  try {
    const program = `import ${library}; print(${library}.__version__)`;
    return execFileSync('python3', ['-c', program], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
};

/** A loop in another process that runs steps when told to and times itself. */
export const pythonPeer = async (
  library: 'torch' | 'numpy',
  { widths, batch }: Size,
  precision: 'float32' | 'float64',
): Promise<Peer> => {
  const args = [join(import.meta.dirname, 'loop.py'), library, widths.join('-'), String(batch), precision];
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn('python3', args, {
    env: { ...process.env, ...oneThread },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  return {
    name: `${library === 'torch' ? 'PyTorch' : 'NumPy + BLAS'} ${precision}`,
    seconds: async (steps) => {
      child.stdin.write(`${steps}\n`);
      const [line] = (await once(lines, 'line')) as [string];
      return Number(line);
    },
    close: () => child.stdin.end(),
  };
};
