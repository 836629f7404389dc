import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type FoundLock, findLock, recording } from '../../files/index.js';
import type { LogIndex } from '../log-index.js';

/** A log without a lock that was written to this recently is taken to be growing. */
const growingForMs = 60_000;

/** Whether somebody has a log open to write to it; where nobody ever locked it, whether it was written to lately. */
export const isWritten = (lock: FoundLock | null, writtenMs: number, now: number): boolean =>
  lock ? !lock.isDead : now - writtenMs < growingForMs;

/**
 * Whether more may come of a log: of a pipe and of what is compressed until its end. One that has been taken away may come
 * back, as long as it could have grown.
 */
export const mayGrow = ({ file, isPlain, isOpen, writtenMs }: LogIndex): boolean => {
  if (!isPlain) return isOpen;
  const stats = statSync(file, { throwIfNoEntry: false });
  return isWritten(findLock(dirname(file), recording), stats?.mtimeMs ?? writtenMs, Date.now());
};
