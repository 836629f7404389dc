/**
 * NODE_OPTIONS that have the training thread do something after every frame that it sends from this one on: to die, or
 * to take its time.
 */
export const afterFrames = (frames: number, deed: string): string =>
  `--import=data:text/javascript,${encodeURIComponent(`
    import { isMainThread, parentPort } from 'node:worker_threads';
    if (!isMainThread && parentPort) {
      const post = parentPort.postMessage.bind(parentPort);
      let frames = 0;
      parentPort.postMessage = (message, transfer) => {
        post(message, transfer);
        if (message.type === 'frame' && ++frames >= ${frames}) { ${deed} }
      };
    }
  `)}`;

/** Makes a run slow after so many frames, so that whoever is to end it in its middle has time to, on any machine. */
export const slowAfterFrames = (frames: number): string =>
  afterFrames(frames, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);');
