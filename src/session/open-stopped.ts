import { dirname } from 'node:path';
import { FolderLock, recording } from '../files/index.js';
import { locateLog, readStoppedLog, type StoppedLog } from '../log/index.js';

/** A stopped run's log, and its folder's lock where the run is to be recorded on. */
export type StoppedRun = { readonly log: StoppedLog; readonly lock: FolderLock | null };

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
