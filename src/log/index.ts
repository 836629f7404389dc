/** The frame log on disk: writer, reader, index, resumption, checkpoints. */
export { CheckpointStore, removeCheckpoints } from './checkpoint-store.js';
export { changesRun, logFileName, logLine } from './log-file.js';
export { type Growth, LogIndex } from './log-index.js';
export type { PlacedLine } from './log-parser.js';
export { eachLine, readLog } from './log-reader.js';
export { locateLog } from './log-source.js';
export { LogWriter } from './log-writer.js';
export { readStoppedLog, type StoppedLog } from './resumption.js';
export { mayGrow } from './runs/growth.js';
export { RunCatalog, runNames } from './runs/run-catalog.js';
export { findRun, newestWord, shortName } from './runs/run-name.js';
