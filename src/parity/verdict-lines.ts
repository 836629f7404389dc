import type { MetricVerdict } from './compare.js';
import type { TracedRun } from './traced-run.js';

const scientific = (value: number): string => (Number.isFinite(value) ? value.toExponential(1) : 'none');

const verdictLine = (verdict: MetricVerdict): string => {
  const { metric, deviation, worstEpoch, tolerance, passed, remark } = verdict;
  const columns = [
    passed ? 'PASS' : 'FAIL',
    metric.padEnd(16),
    scientific(deviation).padStart(9),
    (tolerance === 0 ? 'exact' : scientific(tolerance)).padStart(9),
    String(worstEpoch).padStart(11),
  ];
  return `  ${columns.join('  ')}${remark === '' ? '' : `  ${remark}`}`;
};

/** A table of one trace: for each metric its largest relative deviation, what is allowed, and the worst epoch. */
export const reportLines = (
  { trace, description }: Pick<TracedRun, 'trace' | 'description'>,
  verdicts: readonly MetricVerdict[],
): string[] => {
  const { engine, variant, precision } = description;
  const failed = verdicts.filter(({ passed }) => !passed).length;
  const summary = failed === 0 ? 'PASS' : `FAIL (${failed} of ${verdicts.length} metrics)`;
  return [
    `${trace.name}: ${trace.epochs} epochs of ${trace.stepsPerEpoch} steps on ${engine} ${variant} ${precision}`,
    `        ${'metric'.padEnd(16)}  ${'deviation'.padStart(9)}  ${'allowed'.padStart(9)}  worst epoch`,
    ...verdicts.map(verdictLine),
    `  ${summary}`,
  ];
};
