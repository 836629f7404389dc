import type { Session } from '../../protocol/index.js';
import type { EndingWatch } from '../host/process-host.js';

/**
 * Resolves to the exit code when a run that nobody is at the keyboard of has ended: 0 done or at a breakpoint, 1
 * diverged, else the ending's.
 */
export const untilRunEnds = (session: Session, watch: EndingWatch): Promise<number> =>
  new Promise<number>((resolve) => {
    const abort = (): void => resolve(watch.ending?.exitCode ?? 1);
    if (watch.signal.aborted) abort();
    watch.signal.addEventListener('abort', abort);
    session.subscribe((message) => {
      if (message.type === 'event' && message.event === 'breakpoint') setImmediate(() => resolve(0));
      if (message.type !== 'status') return;
      if (message.state === 'done') resolve(0);
      if (message.state === 'diverged') setImmediate(() => resolve(1));
    });
  });
