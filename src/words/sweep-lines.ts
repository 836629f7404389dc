import {
  type CellStatistics,
  recoveredAtEnd,
  type SuccessRates,
  type SweepEvent,
  type SweepFile,
  type SweepProgress,
  type SweepResult,
  statisticsByCell,
  sweptLayer,
} from '../sweep/index.js';
import { durationWithUnits, loss } from './numbers.js';
import { seedCount, shareText, spreadText, terminalSigns } from './sweep-numbers.js';

const resultText = (result: SweepResult, threshold: number): string => {
  if (result.status === 'failed') return `failed: ${result.reason}`;
  const recovered = recoveredAtEnd(result, threshold);
  const finalLoss = loss(result.epochs.at(-1)?.evalLoss ?? Number.NaN);
  const ending = result.status === 'done' ? '' : `, ${result.status}: ${result.reason}`;
  return `${recovered} of ${sweptLayer(result.experiment).teachers} recovered, evaluation loss ${finalLoss}, ${result.seconds.toFixed(1)}s${ending}`;
};

/** A finished run as a line. */
export const resultLine = (
  event: Extract<SweepEvent, { type: 'result' }>,
  progress: SweepProgress,
  threshold: number,
): string => {
  const { result } = event;
  const remaining = progress.remainingSeconds;
  const pace = `${progress.runsPerMinute.toFixed(1)} runs/min, ETA ${remaining === null ? '-' : durationWithUnits(remaining)}`;
  return `${progress.finished}/${progress.runs.length}  ${result.run}  ${resultText(result, threshold)}  (${pace})`;
};

const ratesText = ({ rates }: SuccessRates): string =>
  rates.map((rate) => shareText(rate, terminalSigns)).join(' ');

const cellLines = (key: string, { done, diverged, early, last, lossCurve }: CellStatistics): string[] => {
  const final = lossCurve.at(-1);
  const finalLoss = final ? spreadText(final, terminalSigns) : terminalSigns.missing;
  return [
    `${key}  (${seedCount(done + diverged)})  log10 evaluation loss ${finalLoss}`,
    ...(early === null ? [] : [`  epoch ${String(early.epoch).padEnd(6)} ${ratesText(early)}`]),
    ...(last === null ? [] : [`  last         ${ratesText(last)}`]),
  ];
};

/** Success rates by teacher node, strong to weak, and final losses, one cell after the other. */
export const summaryLines = (results: readonly SweepResult[], file: SweepFile): string[] => [
  `share of seeds that recover each teacher node above ${file.threshold}, strong to weak`,
  ...[...statisticsByCell(results, file)]
    .filter(([, { last }]) => last !== null)
    .flatMap(([key, statistics]) => cellLines(key, statistics)),
];
