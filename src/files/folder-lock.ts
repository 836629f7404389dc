import { existsSync, linkSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { later, readUserFile, UserError } from '../input/index.js';
import { partialPath, writeDurable } from './durable.js';

/** What a lock keeps to one process: the name of its file, and what the holder does there, as "runs a sweep". */
export type Purpose = { readonly fileName: string; readonly doing: string };

export const sweeping: Purpose = { fileName: 'sweep.lock', doing: 'runs a sweep' };
export const recording: Purpose = { fileName: 'run.lock', doing: 'records a run' };

const holderSchema = later(() =>
  z.object({
    process: z.int().min(1),
    host: z.string().max(300),
    /** Tells a process from a later one of the same number; empty where the system does not say. */
    born: z.string().max(100).default(''),
    /** The space that its number counts in: containers have their own. Empty where the system does not say. */
    space: z.string().max(100).default(''),
  }),
);
type Holder = z.output<typeof holderSchema>;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** When a process started, in ticks since boot; empty where that cannot be read. */
const birthOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The start is the 22nd field; the 2nd, a name in parentheses, may hold blanks and parentheses itself.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

/** The space in which this process' number counts; empty where that cannot be read. */
const processSpace = (): string => {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
};

/** Whether this process can tell if another one is alive: it is on the same machine, and counted in the same space. */
const canTell = ({ host, space }: Holder): boolean => {
  const own = processSpace();
  return host === os.hostname() && (space === '' || own === '' || space === own);
};

const isAlive = ({ process: pid, born }: Holder): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  const birth = birthOf(pid);
  return born === '' || birth === '' || born === birth;
};

const isSame = (a: Holder, b: Holder): boolean =>
  a.process === b.process && a.host === b.host && a.born === b.born;

const largestLockBytes = 4096;

/** Who holds a lock; null when it cannot be read. */
const holderOf = (path: string): Holder | null => {
  try {
    return holderSchema.parse(JSON.parse(readUserFile(path, largestLockBytes).toString('utf8')));
  } catch {
    return null;
  }
};

/** A lock that was found in a folder: whose it is, null where that cannot be read, and whether that process is dead. */
export type FoundLock = {
  readonly process: number | null;
  readonly host: string | null;
  readonly isDead: boolean;
};

/** The lock in a folder; null where there is none. */
export const findLock = (folder: string, { fileName }: Purpose): FoundLock | null => {
  const path = join(folder, fileName);
  if (!existsSync(path)) return null;
  const holder = holderOf(path);
  if (!holder) return { process: null, host: null, isDead: false };
  return {
    process: holder.process,
    host: holder.host,
    isDead: canTell(holder) && !isAlive(holder),
  };
};

/** Writes a file whole, unless there is one already; returns whether it did. */
export const writeNewFile = (path: string, content: string): boolean => {
  const whole = partialPath(path);
  try {
    writeDurable(whole, content);
    return appear(whole, path);
  } catch (error) {
    throw new UserError(`${path}: cannot be written (${codeOf(error)})`);
  } finally {
    rmSync(whole, { force: true });
  }
};

const appear = (whole: string, path: string): boolean => {
  try {
    linkSync(whole, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Some file systems have no links; there the file is not written whole at once.
    try {
      writeDurable(path, readFileSync(whole));
      return true;
    } catch (second) {
      if (codeOf(second) === 'EEXIST') return false;
      throw second;
    }
  }
};

/** Keeps a second process from doing the same in a folder. */
export class FolderLock {
  readonly folder: string;
  readonly #path: string;
  readonly #purpose: Purpose;

  /** Takes the lock; one whose process has died on this machine is taken over. Errors: UserError when it is held. */
  constructor(folder: string, purpose: Purpose) {
    this.folder = folder;
    this.#purpose = purpose;
    this.#path = join(folder, purpose.fileName);
    const content = JSON.stringify({
      process: process.pid,
      host: os.hostname(),
      born: birthOf(process.pid),
      space: processSpace(),
    } satisfies Holder);
    if (writeNewFile(this.#path, content)) return;
    const holder = holderOf(this.#path);
    if (!holder || !canTell(holder) || isAlive(holder)) throw this.#refusal(holder);
    this.#remove(holder);
    if (!writeNewFile(this.#path, content)) throw this.#refusal(holderOf(this.#path));
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }

  /** Takes a dead process' lock away, unless somebody else has taken it over meanwhile. */
  #remove(dead: Holder): void {
    const aside = `${this.#path}.dead-${process.pid}`;
    try {
      renameSync(this.#path, aside);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw error;
    }
    const removed = holderOf(aside);
    const taken = removed !== null && !isSame(removed, dead);
    if (taken) appear(aside, this.#path);
    rmSync(aside, { force: true });
    if (taken) throw this.#refusal(removed);
  }

  #refusal(holder: Holder | null): UserError {
    const who = holder ? `process ${holder.process} on ${holder.host}` : 'another process';
    return new UserError(
      `${this.folder}: got a folder in which ${who} ${this.#purpose.doing}, allowed: one process at a time (if it is gone for good, remove ${this.#path})`,
    );
  }
}
