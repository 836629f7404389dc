import { readFileSync } from 'node:fs';

/** Runs, waits and slices of the calling thread; Linux only. Source: proc(5), sched-stats.txt of the kernel. */
const statisticsPath = '/proc/thread-self/schedstat';
const leastMs = 1000;

/** Nanoseconds that this thread was ready and had no processor; null where the system does not report it. */
const waitedNs = (): number | null => {
  try {
    const waited = Number(readFileSync(statisticsPath, 'utf8').split(' ')[1]);
    return Number.isFinite(waited) ? waited : null;
  } catch {
    return null;
  }
};

/**
 * Measures how much of its time the calling thread waits for a processor that others have: 0 on a quiet machine. Calls
 * back with a share over a second or more; null at first, and where the system does not report it.
 */
export const processorWait = (clock: () => number): (() => number | null) => {
  let from = { at: clock(), waited: waitedNs() };
  let share: number | null = null;
  return () => {
    const at = clock();
    if (from.waited === null || at - from.at < leastMs) return share;
    const waited = waitedNs();
    if (waited !== null) share = (waited - from.waited) / 1e6 / (at - from.at);
    from = { at, waited };
    return share;
  };
};
