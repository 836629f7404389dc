import type { Engine, Precision } from '../engine/engine.js';
import { type Observation, replay } from './replay.js';
import type { Expectation, Trace } from './trace.js';

/** How far one metric of a run is from its trace. */
export type MetricVerdict = {
  readonly metric: string;
  /** Largest deviation over all epochs; see `deviation`. Infinity: not comparable. */
  readonly deviation: number;
  readonly worstEpoch: number;
  readonly tolerance: number;
  readonly passed: boolean;
  /** What else there is to say, "unknown metric" for instance; empty when nothing. */
  readonly remark: string;
};

const longRunSteps = 5000;
const singleRounding = 2 ** -23;

/** Largest relative deviation that passes. Single precision: what rounding grows to in short runs. */
export const toleranceFor = (trace: Trace, precision: Precision): number => {
  const long = trace.epochs * trace.stepsPerEpoch > longRunSteps;
  if (precision === 'float32' || trace.dtype === 'float32') return long ? 5e-2 : 1e-3;
  return long ? 1e-6 : 1e-9;
};

const sameNumber = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b));

/**
 * Largest |ours - theirs| over the entries, relative to the largest magnitude that the trace has in this
 * tensor, list or scalar (absolute where that is 0). Infinity for another shape or a NaN on one side only.
 */
export const deviation = (expected: Expectation, observed: Observation): number => {
  if (String(expected.shape) !== String(observed.shape)) return Number.POSITIVE_INFINITY;
  let [largest, scale] = [0, 0];
  for (let i = 0; i < expected.values.length; i++) {
    const [theirs, ours] = [expected.values[i], observed.values[i]];
    if (sameNumber(theirs, ours)) {
      if (Number.isFinite(theirs)) scale = Math.max(scale, Math.abs(theirs));
      continue;
    }
    if (!Number.isFinite(theirs - ours)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, Math.abs(theirs - ours));
    scale = Math.max(scale, Math.abs(theirs));
  }
  return largest / (scale || 1);
};

const verdictOn = (
  expected: Expectation,
  observed: Observation | undefined,
  tolerance: number,
  inexactCounts: boolean,
): MetricVerdict => {
  const { metric, epoch } = expected;
  const found = observed === undefined ? Number.POSITIVE_INFINITY : deviation(expected, observed);
  const exact = observed?.exact === true && !inexactCounts;
  const allowed = exact ? 0 : Math.max(tolerance, expected.single ? singleRounding : 0);
  const misshapen =
    observed !== undefined && String(expected.shape) !== String(observed.shape)
      ? `shape [${expected.shape.join(', ')}] where ours is [${observed.shape.join(', ')}]`
      : '';
  return {
    metric,
    deviation: found,
    worstEpoch: epoch,
    tolerance: allowed,
    passed: found <= allowed,
    remark: observed === undefined ? 'unknown metric' : misshapen,
  };
};

/** The failing one of two, else the larger deviation, else the earlier. */
const worse = (a: MetricVerdict, b: MetricVerdict): MetricVerdict => {
  if (a.passed !== b.passed) return a.passed ? b : a;
  return b.deviation > a.deviation ? b : a;
};

/** "covered_train[0.95]" is reported with the other thresholds, as "covered_train". */
const reportedName = (metric: string): string => metric.split('[')[0];

/**
 * Re-runs a trace on an engine made from its problem and judges every expectation, worst epoch per metric.
 *
 * Counts (observability, covered nodes) must agree exactly in double precision. A metric that the trace has
 * and we do not know fails.
 */
export const compareTrace = (trace: Trace, engine: Engine): MetricVerdict[] => {
  const { precision } = engine.description;
  const tolerance = toleranceFor(trace, precision);
  const inexactCounts = precision === 'float32' || trace.dtype === 'float32';
  const byEpoch = Map.groupBy(trace.expectations, ({ epoch }) => epoch);
  const verdicts = new Map<string, MetricVerdict>();
  replay(trace, engine, (epoch, observer) => {
    for (const expected of byEpoch.get(epoch) ?? []) {
      const name = reportedName(expected.metric);
      const verdict = verdictOn(expected, observer(expected.metric), tolerance, inexactCounts);
      const known = verdicts.get(name);
      verdicts.set(name, known === undefined ? verdict : worse(known, verdict));
    }
  });
  return [...verdicts].map(([name, verdict]) => ({ ...verdict, metric: name }));
};
