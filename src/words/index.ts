/** How numbers, runs, events and sweeps are said in text. */

export { differingSettings } from './differing-settings.js';
export { breakpointWords, eventMark, listedEvent } from './event-words.js';
export { futureOf } from './future.js';
export {
  age,
  asGiven,
  compact,
  correlation,
  correlationDifference,
  duration,
  durationWithUnits,
  epochs,
  grouped,
  judged,
  loss,
  rate,
  shortStep,
} from './numbers.js';
export { PlainLines } from './plain-lines.js';
export { runListLines, type TextMeasure } from './run-list-words.js';
export { RunSummary } from './run-summary.js';
export { Sentences } from './sentences.js';
export { resultLine, summaryLines } from './sweep-lines.js';
export {
  fixedNumber,
  intervalText,
  pageSigns,
  quantityText,
  seedCount,
  shareText,
  spreadText,
  terminalSigns,
} from './sweep-numbers.js';
