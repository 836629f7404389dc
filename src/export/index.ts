/** Logs and sweeps in the formats of other programs. */
export { asciicast } from './asciicast.js';
export { eventsCsv, longCsv } from './csv.js';
export { eventFileName } from './event-file.js';
export { differingHparams } from './hparams.js';
export { statementsCsv } from './statements-csv.js';
export { sweepEpochsCsv, sweepRunsCsv } from './sweep-csv.js';
export { sweepTensorboardEvents } from './sweep-tensorboard.js';
export { startSeconds, tensorboardEvents } from './tensorboard.js';
export { wideCsv } from './wide-csv.js';
