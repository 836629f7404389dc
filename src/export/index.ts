/** A log in the formats of other programs. */
export { asciicast } from './asciicast.js';
export { eventsCsv, longCsv, wideCsv } from './csv.js';
export { statementsCsv } from './statements-csv.js';
export { startSeconds, tensorboardEvents } from './tensorboard.js';
