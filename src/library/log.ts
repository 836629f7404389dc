/**
 * Frame logs, `import ... from 'teachtop/log'`: read those of any trainer, write one that `teachtop watch` shows.
 *
 * @module
 */
export { LogWriter, readLog } from '../log/index.js';
export type { Frame, Header, LayerFrame, LogStatus, RunEvent } from '../protocol/index.js';
export { type FrameReadings, runHeader, takeFrame } from '../run/index.js';
