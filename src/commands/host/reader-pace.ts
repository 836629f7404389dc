import type { Writable } from 'node:stream';

/** Resolves once a stream takes more, or nobody takes anything any more. */
export const untilRoom = (stream: Writable): Promise<void> =>
  new Promise((resolve) => {
    if (!stream.writable || !stream.writableNeedDrain) {
      resolve();
      return;
    }
    const names = ['drain', 'close', 'error'] as const;
    const end = (): void => {
      for (const name of names) stream.off(name, end);
      resolve();
    };
    for (const name of names) stream.on(name, end);
  });
