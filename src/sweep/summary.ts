import type { SweepProgress } from './progress.js';
import type { RunRecord } from './run-record.js';
import { lossBands, successRate } from './statistics.js';

const loss = (value: number): string => (Number.isFinite(value) ? value.toExponential(2) : 'not finite');

const duration = (seconds: number): string => {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  if (hours > 0) return `${hours}h${String(minutes % 60).padStart(2, '0')}m`;
  return minutes > 0 ? `${minutes}m${String(whole % 60).padStart(2, '0')}s` : `${whole}s`;
};

/** Teacher nodes above the threshold at the end of a run. */
export const specializedNodes = ({ epochs }: RunRecord, threshold: number): number =>
  (epochs.at(-1)?.bestMatchOfTeacher ?? []).filter((best) => best > threshold).length;

/** One line on a run that has just finished. */
export const runLine = (record: RunRecord, progress: SweepProgress): string => {
  const { total } = progress.tally();
  const [threshold] = progress.plan.rules.thresholds;
  const count = `${String(progress.finished).padStart(String(total).length)}/${total}`;
  const remaining = progress.remainingSeconds;
  const outcome =
    record.status === 'failed'
      ? `failed: ${record.reason}`
      : `${record.status}${record.reason === '' ? '' : ` (${record.reason})`}  ` +
        `specialized ${specializedNodes(record, threshold)}/${record.experiment.m}  ` +
        `eval ${loss(record.epochs.at(-1)?.evalLoss ?? Number.NaN)}  ${record.seconds.toFixed(1)} s`;
  const eta = remaining === null || progress.isComplete ? '' : `  ETA ${duration(remaining)}`;
  return `${count}  ${record.run}  ${outcome}${eta}`;
};

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

const percent = (rates: readonly number[]): string =>
  rates.length === 0 ? '-' : `${Math.round(100 * mean(rates))} %`;

const header = (threshold: number, earlyEpoch: number): string[] => [
  'cell',
  'runs',
  'diverged',
  'failed',
  `at ${threshold}, epoch ${earlyEpoch}`,
  'last epoch',
  'log10 eval loss',
];

const aligned = (rows: readonly (readonly string[])[]): string[] => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column])))
      .join('  '),
  );
};

/**
 * A table with a row for every cell: its runs, the share of teacher nodes specialized at the early and at the
 * last epoch, over all its seeds, and the loss at the end.
 */
export const summaryTable = (progress: SweepProgress): string[] => {
  const { cells, rules } = progress.plan;
  const [threshold] = rules.thresholds;
  const rows = cells.map((cell) => {
    const records = progress.recordsOf(cell);
    const { diverged, failed } = progress.tally(cell);
    const band = lossBands(records, Number.POSITIVE_INFINITY).at(-1);
    return [
      cell.key,
      `${records.length}/${cell.runs.length}`,
      String(diverged),
      String(failed),
      percent(successRate(records, rules.earlyEpoch, threshold)),
      percent(successRate(records, Number.POSITIVE_INFINITY, threshold)),
      band && Number.isFinite(band.mean) ? `${band.mean.toFixed(2)} ± ${band.deviation.toFixed(2)}` : '-',
    ];
  });
  return aligned([header(threshold, rules.earlyEpoch), ...rows]);
};

/** How a sweep stands, in one line. */
export const closingLine = (progress: SweepProgress): string => {
  const { total, stopped, diverged, failed } = progress.tally();
  const parts = [
    `${progress.finished} of ${total} runs finished`,
    ...(stopped > 0 ? [`${stopped} stopped by a rule`] : []),
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${duration(progress.elapsedSeconds)} in this session`,
  ];
  return parts.join(', ');
};
