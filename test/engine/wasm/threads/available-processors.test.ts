import { expect, test } from 'vitest';
import {
  availableProcessors,
  type ReadSystemFile,
} from '../../../../src/engine/wasm/threads/available-processors.js';

/** A system of these files. */
const systemOf =
  (files: Readonly<Record<string, string>>): ReadSystemFile =>
  (path) =>
    files[path] ?? null;

const mountOf = (root: string, folder: string, system: string): string =>
  `32 31 0:29 ${root} ${folder} rw,relatime shared:9 - ${system}\n`;

const apart = mountOf('/', '/sys/fs/cgroup/cpu', 'cgroup cgroup rw,cpu');
const unified = mountOf('/', '/sys/fs/cgroup', 'cgroup2 cgroup2 rw');

test.each<[string, Record<string, string>, number]>([
  ['no control groups', {}, 8],
  [
    'a controller that is mounted apart',
    {
      mounts: apart,
      groups: '2:cpuacct:/\n1:cpu:/job\n',
      '/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us': '250000\n',
      '/sys/fs/cgroup/cpu/job/cpu.cfs_period_us': '100000\n',
    },
    2,
  ],
  [
    'no quota in version 1',
    {
      mounts: apart,
      groups: '1:cpu:/\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    },
    8,
  ],
  [
    'less than a processor',
    { mounts: unified, groups: '0::/\n', '/sys/fs/cgroup/cpu.max': '20000 100000\n' },
    1,
  ],
  [
    'no quota in version 2',
    { mounts: unified, groups: '0::/job\n', '/sys/fs/cgroup/job/cpu.max': 'max 100000\n' },
    8,
  ],
  [
    'the group above has the smaller one',
    {
      mounts: unified,
      groups: '0::/user/job\n',
      '/sys/fs/cgroup/user/cpu.max': '300000 100000\n',
      '/sys/fs/cgroup/user/job/cpu.max': '500000 100000\n',
    },
    3,
  ],
  [
    'a container that sees its own group mounted',
    {
      mounts: mountOf('/docker/a', '/sys/fs/cgroup', 'cgroup2 cgroup2 rw'),
      groups: '0::/docker/a\n',
      '/sys/fs/cgroup/cpu.max': '400000 100000\n',
    },
    4,
  ],
  [
    'a group outside of what is mounted',
    {
      mounts: mountOf('/docker/a', '/sys/fs/cgroup', 'cgroup2 cgroup2 rw'),
      groups: '0::/\n',
      '/sys/fs/cgroup/cpu.max': '400000 100000\n',
    },
    4,
  ],
])('of eight processors, with %s', (_, { mounts = '', groups = '', ...files }, expected) => {
  const read = systemOf({ '/proc/self/mountinfo': mounts, '/proc/self/cgroup': groups, ...files });
  expect(availableProcessors(8, read)).toBe(expected);
});

test('a process has no more than the system says it may run on', () => {
  const read = systemOf({
    '/proc/self/mountinfo': unified,
    '/proc/self/cgroup': '0::/\n',
    '/sys/fs/cgroup/cpu.max': '800000 100000\n',
  });
  expect(availableProcessors(2, read)).toBe(2);
});
