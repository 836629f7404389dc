import {
  type CellStatistics,
  type SweepEvent,
  type SweepFile,
  type SweepProgress,
  type SweepResult,
  statisticsByCell,
} from '../sweep/index.js';
import { durationWithUnits } from './numbers.js';

const lastMatches = ({ epochs }: SweepResult): readonly number[] =>
  epochs.findLast(({ bestMatchOfTeacher }) => bestMatchOfTeacher !== null)?.bestMatchOfTeacher ?? [];

const resultText = (result: SweepResult, threshold: number): string => {
  if (result.status === 'failed') return `failed: ${result.reason}`;
  const best = lastMatches(result);
  const recovered = best.filter((value) => value > threshold).length;
  const loss = result.epochs.at(-1)?.evalLoss ?? Number.NaN;
  const said = Number.isFinite(loss) ? loss.toExponential(2) : 'not finite';
  const ending = result.status === 'done' ? '' : `, ${result.status}: ${result.reason}`;
  return `${recovered} of ${best.length} recovered, evaluation loss ${said}, ${result.seconds.toFixed(1)}s${ending}`;
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

const rates = ({ rates }: CellStatistics['last']): string => rates.map((rate) => rate.toFixed(2)).join(' ');

const cellLines = ({ key, seeds, early, last, lossCurve }: CellStatistics): string[] => {
  const final = lossCurve.at(-1);
  const loss = final ? `${final.mean.toFixed(2)} +- ${final.deviation.toFixed(2)}` : '-';
  return [
    `${key}  (${seeds} ${seeds === 1 ? 'seed' : 'seeds'})  log10 evaluation loss ${loss}`,
    `  epoch ${String(early.epoch).padEnd(6)} ${rates(early)}`,
    `  last         ${rates(last)}`,
  ];
};

/** Success rates by teacher node, strong to weak, and final losses, a cell after the other. */
export const summaryLines = (results: readonly SweepResult[], file: SweepFile): string[] => [
  `share of seeds that recover each teacher node above ${file.threshold}, strong to weak`,
  ...statisticsByCell(results, file).flatMap(cellLines),
];
