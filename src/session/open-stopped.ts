import { dirname } from 'node:path';
import { FolderLock, recording } from '../files/index.js';
import { locateLog, readStoppedLog, type StoppedLog } from '../log/index.js';
import type { LogStatus } from '../protocol/index.js';

/** A stopped run's log, and its folder's lock where the run is to be recorded on. */
export type StoppedRun = { readonly log: StoppedLog; readonly lock: FolderLock | null };

/** What a run goes on with: its log, where it has one, and that folder's lock where the run is to be recorded. */
export type Reopened = Pick<StoppedRun, 'lock'> & { readonly log: StoppedLog | null };

/** Names the log that a run goes on in, before its thread has started; none where it is not to be recorded. */
export const reopenedStatus = ({ log, lock }: Reopened): LogStatus =>
  log && lock
    ? { type: 'log', state: 'recording', path: log.folder, reason: '' }
    : { type: 'log', state: 'off', path: null, reason: '' };

/**
 * Opens the log of a stopped run to go on with it. The lock is taken before the log is read: nobody else goes on with
 * the run from here on. Errors: UserError for what is no such log, or held by another process; no lock is left then.
 */
export const openStopped = async (path: string, record: boolean): Promise<StoppedRun> => {
  const lock = record ? new FolderLock(dirname(locateLog(path)), recording) : null;
  try {
    return { log: await readStoppedLog(path), lock };
  } catch (error) {
    lock?.release();
    throw error;
  }
};
