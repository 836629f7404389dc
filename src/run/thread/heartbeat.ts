import type { Progress } from '../../protocol/index.js';
import type { Run } from '../run.js';
import { processorWait } from './processor-wait.js';

const heartbeatMs = 200;

/** Tells how far a run is, when it is called and some time has passed since the last time. */
export const heartbeat = (run: Run, tell: (progress: Progress) => void): (() => void) => {
  const waits = processorWait(() => performance.now());
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - last < heartbeatMs) return;
    last = now;
    tell({ type: 'progress', ...run.progress, processorWait: waits() });
  };
};
