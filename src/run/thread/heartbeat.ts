import type { Progress } from '../../protocol/index.js';
import type { Run } from '../run.js';
import { processorWait } from './processor-wait.js';

const heartbeatMs = 200;

/** A function that posts how far a run is, at most once in a while however often it is called. */
export const heartbeat = (run: Run, post: (progress: Progress) => void): (() => void) => {
  const waits = processorWait(() => performance.now());
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < heartbeatMs) return;
    last = now;
    post({ type: 'progress', ...run.progress, processorWait: waits() });
  };
};
