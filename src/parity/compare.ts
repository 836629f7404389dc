import type { Precision } from '../engine/index.js';
import { commonPrecision, type Observation } from './observation.js';
import type { TracedRun } from './traced-run.js';
import type { Expectation } from './traces/trace-parts.js';

/** How far one metric of a run is from its trace. */
export type MetricVerdict = {
  readonly metric: string;
  /**
   * Largest |ours - theirs| over entries and epochs, relative to the largest magnitude that the trace has in
   * that tensor, list or scalar (absolute where that is 0). Infinity: not comparable.
   */
  readonly deviation: number;
  readonly worstEpoch: number;
  readonly tolerance: number;
  readonly passed: boolean;
  /** Why a deviation cannot be told or is beyond the tolerance and passes; empty when there is nothing to say. */
  readonly remark: string;
};

const singleRounding = 2 ** -23;

/** Largest difference over the entries of one value, and the largest magnitude that the trace has in it. */
type Difference = { readonly absolute: number; readonly scale: number };

/** Infinite for another shape, or for a NaN or infinity on one side only. */
const difference = (expected: Expectation, observed: Observation): Difference => {
  let [absolute, scale] = [0, 0];
  if (String(expected.shape) !== String(observed.shape)) return { absolute: Number.POSITIVE_INFINITY, scale };
  for (let i = 0; i < expected.values.length; i++) {
    const [theirs, ours] = [expected.values[i], observed.values[i]];
    if (Number.isFinite(theirs)) scale = Math.max(scale, Math.abs(theirs));
    if (Object.is(theirs, ours) || theirs === ours) continue;
    const apart = Math.abs(theirs - ours);
    absolute = Math.max(absolute, Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart);
  }
  return { absolute, scale };
};

const remarkOn = (expected: Expectation, observed: Observation, withinRounding: boolean): string => {
  if (String(expected.shape) !== String(observed.shape))
    return `shape [${expected.shape.join(', ')}] where ours is [${observed.shape.join(', ')}]`;
  return withinRounding ? 'within rounding of the outputs' : '';
};

const verdictOn = (
  expected: Expectation,
  observed: Observation | undefined,
  tolerance: number,
  precision: Precision,
): MetricVerdict => {
  const { metric, epoch: worstEpoch } = expected;
  if (observed === undefined) {
    const deviation = Number.POSITIVE_INFINITY;
    return { metric, deviation, worstEpoch, tolerance, passed: false, remark: 'unknown metric' };
  }
  const exact = observed.exact && precision === 'float64';
  const allowed = exact ? 0 : Math.max(tolerance, expected.single ? singleRounding : 0);
  const { absolute, scale } = difference(expected, observed);
  const passed = absolute <= allowed * (scale || 1) + (exact ? 0 : observed.rounding);
  const deviation = absolute / (scale || 1);
  const remark = remarkOn(expected, observed, passed && deviation > allowed);
  return { metric, deviation, worstEpoch, tolerance: allowed, passed, remark };
};

/** The failing one of two, else the larger deviation, else the earlier. */
const worse = (a: MetricVerdict, b: MetricVerdict): MetricVerdict => {
  if (a.passed !== b.passed) return a.passed ? b : a;
  return b.deviation > a.deviation ? b : a;
};

/** Thresholds are reported together, "covered_train[0.95]" as "covered_train"; so are layers, and a student's tensors. */
const reportedName = (metric: string): string =>
  metric
    .replace(/\[.*/, '')
    .replace(/^student\..*/, 'student')
    .replace(/\.\d+$/, '');

/**
 * Re-runs a trace on an engine made from its problem and judges every expectation, worst epoch per metric.
 *
 * Counts (observability, covered nodes) must agree exactly in double precision. A metric that the trace has
 * and we do not know fails.
 */
export const compareTrace = ({ trace, description, replay }: TracedRun): MetricVerdict[] => {
  const precision = commonPrecision(trace, description);
  const tolerance = trace.tolerance[precision];
  const byEpoch = Map.groupBy(trace.expectations, ({ epoch }) => epoch);
  const verdicts = new Map<string, MetricVerdict>();
  replay((epoch, observer) => {
    for (const expected of byEpoch.get(epoch) ?? []) {
      const name = reportedName(expected.metric);
      const verdict = verdictOn(expected, observer(expected.metric), tolerance, precision);
      const known = verdicts.get(name);
      verdicts.set(name, known === undefined ? verdict : worse(known, verdict));
    }
  });
  return [...verdicts].map(([name, verdict]) => ({ ...verdict, metric: name }));
};
