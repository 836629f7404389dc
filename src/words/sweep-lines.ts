import { hiddenShapes } from '../experiment/index.js';
import {
  type CellStatistics,
  type LayerStatistics,
  recoveredAtEnd,
  type SuccessRates,
  type SweepEvent,
  type SweepFile,
  type SweepProgress,
  type SweepResult,
  statisticsByCell,
} from '../sweep/index.js';
import { durationWithUnits, loss } from './numbers.js';
import { seedCount, shareText, spreadText, terminalSigns } from './sweep-numbers.js';

const resultText = (result: SweepResult, threshold: number): string => {
  if (result.status === 'failed') return `failed: ${result.reason}`;
  const shapes = hiddenShapes(result.experiment);
  const nodes = recoveredAtEnd(result, threshold).map(
    (count, layer) => `${count} of ${shapes[layer].teachers}`,
  );
  const finalLoss = loss(result.epochs.at(-1)?.evalLoss ?? Number.NaN);
  const ending = result.status === 'done' ? '' : `, ${result.status}: ${result.reason}`;
  return `${nodes.join(', ')} recovered, evaluation loss ${finalLoss}, ${result.seconds.toFixed(1)}s${ending}`;
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

const layerLines = ({ early, last }: LayerStatistics, name: string): string[] => [
  ...(early === null ? [] : [`  ${name}${`epoch ${early.epoch}`.padEnd(12)} ${ratesText(early)}`]),
  ...(last === null ? [] : [`  ${name}last         ${ratesText(last)}`]),
];

const cellLines = (key: string, { done, diverged, layers, lossCurve }: CellStatistics): string[] => {
  const final = lossCurve.at(-1);
  const finalLoss = final ? spreadText(final, terminalSigns) : terminalSigns.missing;
  return [
    `${key}  (${seedCount(done + diverged)})  log10 evaluation loss ${finalLoss}`,
    ...layers.flatMap((layer, at) => layerLines(layer, layers.length > 1 ? `layer ${at}  ` : '')),
  ];
};

/** Success rates by teacher node, strong to weak, and final losses, one cell after the other. */
export const summaryLines = (results: readonly SweepResult[], file: SweepFile): string[] => [
  `share of seeds that recover each teacher node above ${file.threshold}, strong to weak`,
  ...[...statisticsByCell(results, file)]
    .filter(([, { done, diverged }]) => done + diverged > 0)
    .flatMap(([key, statistics]) => cellLines(key, statistics)),
];
