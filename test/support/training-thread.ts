/**
 * NODE_OPTIONS that have a training thread do something after every message of a type that it sends from the n-th on:
 * to die, or to take its time.
 */
const afterMessages = (type: string, first: number, deed: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`
    import { isMainThread, parentPort } from 'node:worker_threads';
    if (!isMainThread && parentPort) {
      const post = parentPort.postMessage.bind(parentPort);
      let sent = 0;
      parentPort.postMessage = (message, transfer) => {
        post(message, transfer);
        if (message.type === '${type}' && ++sent >= ${first}) { ${deed} }
      };
    }
  `)}`;

const wait = (milliseconds: number): string =>
  `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${milliseconds});`;

export const afterFrames = (frames: number, deed: string): string => afterMessages('frame', frames, deed);

/** Makes a run slow after so many frames, so that whoever is to end it in its middle has time to, on any machine. */
export const slowAfterFrames = (frames: number): string => afterFrames(frames, wait(100));

/** Has a run train no further after so many frames, and take what it is told: it stands at that frame when it is ended. */
export const restAfterFrames = (frames: number): string =>
  afterFrames(frames, 'globalThis.setImmediate = () => {};');

/** Has a run wait for ever after so many frames, so that it is in its middle whenever it is killed. */
export const stuckAfterFrames = (frames: number): string => afterFrames(frames, wait(2 ** 31));

/** Makes a run slow after so many frames, for as long as this file is there. */
export const slowWhileThere = (gate: string, frames: number): string =>
  afterFrames(
    frames,
    `if (process.getBuiltinModule('node:fs').existsSync(${JSON.stringify(gate)})) ${wait(1000)}`,
  );

/** Has every thread of a sweep wait for ever after so many runs. */
export const stuckAfterRuns = (runs: number): string => afterMessages('finished', runs, wait(2 ** 31));

/** The same for a sweep, whose every thread is slow after so many runs. */
export const slowAfterRuns = (runs: number): string => afterMessages('finished', runs, wait(1000));

/** Has every task of a job array wait after each line on a run that it prints, for as long as this file is there. */
export const heldBy = (gate: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`
    import { existsSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    if (isMainThread && process.argv.includes('sweep-task')) {
      const write = process.stdout.write.bind(process.stdout);
      let lines = 0;
      process.stdout.write = (...line) => {
        write(...line);
        lines++;
        // The first line says which task it is.
        while (lines > 1 && existsSync(${JSON.stringify(gate)})) ${wait(10)}
        return true;
      };
    }
  `)}`;
