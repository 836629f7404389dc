import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join, relative } from 'node:path';

/** The text of a file of the system; null where it has none, as on systems without control groups. */
export type ReadSystemFile = (path: string) => string | null;

const readSystemFile: ReadSystemFile = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

/** Folders of the groups of processes, from this one's up to the root of the mount, whose shares of the processors bound it. */
const groupFolders = (read: ReadSystemFile): string[] => {
  const groups = (read('/proc/self/cgroup') ?? '').split('\n').map((line) => line.split(':'));
  return (read('/proc/self/mountinfo') ?? '').split('\n').flatMap((line) => {
    const [mount, system = ''] = line.split(' - ');
    const [, , , root, folder] = mount.split(' ');
    const [type, , options = ''] = system.split(' ');
    const isUnified = type === 'cgroup2';
    if (!isUnified && !(type === 'cgroup' && options.trim().split(',').includes('cpu'))) return [];
    const group = groups.find(([id, controllers = '']) =>
      isUnified ? id === '0' && controllers === '' : controllers.split(',').includes('cpu'),
    );
    const path = relative(root, group?.slice(2).join(':') ?? root);
    // A group outside of what is mounted, as a container may see its own, has its limits at the mount.
    const names = path.startsWith('..') ? [] : path.split('/').filter((name) => name !== '');
    return [folder, ...names.map((_, depth) => join(folder, ...names.slice(0, depth + 1)))];
  });
};

/** Processors' worth of time that a group may use; infinite without a limit. */
const shareOf = (folder: string, read: ReadSystemFile): number => {
  const unified = read(join(folder, 'cpu.max'))?.trim().split(' ');
  const [quota, period] = unified ?? [
    read(join(folder, 'cpu.cfs_quota_us')),
    read(join(folder, 'cpu.cfs_period_us')),
  ];
  const share = Number(quota) / Number(period);
  return share > 0 ? share : Number.POSITIVE_INFINITY;
};

/**
 * Whole processors that this process may use: those it may run on, within the time that its control groups allow it, of which Node
 * knows only where the group's controllers are mounted together.
 */
export const availableProcessors = (
  processors = os.availableParallelism(),
  read: ReadSystemFile = readSystemFile,
): number => {
  const shares = groupFolders(read).map((folder) => shareOf(folder, read));
  return Math.max(1, Math.floor(Math.min(processors, ...shares)));
};
