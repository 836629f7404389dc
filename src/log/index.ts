/** The frame log on disk: writer, reader, index, resumption, checkpoints. */
export { CheckpointStore } from './checkpoint-store.js';
export { logFileName, logLine } from './log-file.js';
export { LogIndex } from './log-index.js';
export { locateLog, readLog } from './log-reader.js';
export { LogWriter } from './log-writer.js';
export { eachLine, readStoppedLog, type StoppedLog } from './resumption.js';
