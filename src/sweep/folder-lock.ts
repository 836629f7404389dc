import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../experiment/user-error.js';

export const lockFileName = 'sweep.lock';

const schema = z.object({
  pid: z.int(),
  host: z.string(),
  /** Tells a process from a later one of the same number; empty where the system does not say. */
  born: z.string(),
});
type Holder = z.output<typeof schema>;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Clock ticks from boot to the start of a process, which with its number names it; empty where unknown. */
const birthOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in parentheses, may hold blanks; the start is the 22nd field, the 20th after the name.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

const isAlive = ({ pid, born }: Holder): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const birth = birthOf(pid);
  return born === '' || birth === '' || birth === born;
};

const readHolder = (path: string): Holder | null => {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
};

const refuse = (path: string, holder: Holder): UserError =>
  new UserError(
    holder.host === hostname()
      ? `${path}: another sweep works in this folder (process ${holder.pid}); allowed: one at a time, or another --out`
      : `${path}: a sweep on ${holder.host} works in this folder (process ${holder.pid} there); if it has died, remove this file`,
  );

/** Takes a dead process' lock away, and makes sure that nobody else had replaced it meanwhile. */
const removeStale = (path: string, stale: Holder): void => {
  const aside = `${path}.stale-${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const removed = readHolder(aside);
  if (removed && (removed.pid !== stale.pid || removed.born !== stale.born)) {
    linkSync(aside, path);
    unlinkSync(aside);
    throw refuse(path, removed);
  }
  unlinkSync(aside);
};

/**
 * Claims a folder for this process; the result gives it back.
 *
 * The claim is a file that appears whole or not at all. That of a process of this machine which is no longer
 * alive is taken over. Errors: UserError when another process holds it.
 */
export const lockFolder = (folder: string): (() => void) => {
  const path = join(folder, lockFileName);
  const own = `${path}.${process.pid}`;
  const holder: Holder = { pid: process.pid, host: hostname(), born: birthOf(process.pid) };
  writeFileSync(own, JSON.stringify(holder));
  try {
    for (;;) {
      try {
        linkSync(own, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const other = readHolder(path);
      if (other && (other.host !== holder.host || isAlive(other))) throw refuse(path, other);
      removeStale(path, other ?? holder);
    }
  } finally {
    rmSync(own, { force: true });
  }
};
