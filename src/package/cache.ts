import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Below the home folder: where a platform has what programs may make again. */
const places: Readonly<Record<string, string>> = {
  darwin: join('Library', 'Caches'),
  win32: join('AppData', 'Local'),
};

/**
 * The program's folder for what it may find out again; null where its user has no home folder. Source: XDG Base Directory
 * Specification.
 */
export const cacheFolder = (): string | null => {
  const named = process.env.XDG_CACHE_HOME;
  if (named !== undefined && isAbsolute(named)) return join(named, 'teachtop');
  try {
    const home = os.homedir();
    return isAbsolute(home) ? join(home, places[process.platform] ?? '.cache', 'teachtop') : null;
  } catch {
    return null;
  }
};

/**
 * What a trial found, remembered in a file of the cache folder: it holds as long as the circumstances are the same to the
 * letter. A file that is damaged, or cannot be read or written, costs another trial and nothing else.
 */
export class TrialMemory {
  readonly #path: string | null;
  readonly #circumstances: string;

  /** `circumstances`: lines on all that the trial's outcome follows from, beside runtime and machine. */
  constructor(name: string, circumstances: readonly string[], folder = cacheFolder()) {
    this.#path = folder && join(folder, `${name}.txt`);
    const runtime = `Node ${process.versions.node}, V8 ${process.versions.v8}`;
    const machine = `${os.type()} ${os.release()} ${os.arch()} ${os.cpus()[0]?.model}`;
    this.#circumstances = [runtime, machine, ...circumstances].join('\n');
  }

  /** Whether the outcome that is remembered was found in the same circumstances. */
  holds(): boolean {
    try {
      return this.#path !== null && readFileSync(this.#path, 'utf8') === this.#circumstances;
    } catch {
      return false;
    }
  }

  keep(): void {
    if (this.#path === null) return;
    try {
      mkdirSync(join(this.#path, '..'), { recursive: true });
      writeFileSync(this.#path, this.#circumstances);
    } catch {
      // Part of a file is not what the next start expects, which tries again.
    }
  }

  forget(): void {
    if (this.#path === null) return;
    try {
      rmSync(this.#path, { force: true });
    } catch {}
  }
}
