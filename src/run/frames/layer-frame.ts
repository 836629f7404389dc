import { bestMatchOfTeacher, type LayerMetrics } from '../../net/index.js';
import type { LayerFrame } from '../../protocol/index.js';

// Adding 0 turns -0 into 0: JSON has no -0, and a frame must read back as it was shown.
export const significant = (value: number): number => Number(value.toPrecision(6)) + 0;
const thousandths = (value: number): number => Math.round(value * 1000) / 1000 + 0;

/** One character for a count of samples; see `LayerFrame.observability`. */
const observabilityDigit = (count: number, samples: number): string =>
  count === 0 ? '.' : String(Math.min(9, Math.floor((20 * count) / samples)));

/** Values by index; a plain loop, for frames of wide students have hundreds of thousands. */
const listOf = <T>(count: number, make: (index: number) => T): T[] => {
  const made: T[] = [];
  for (let index = 0; index < count; index++) made.push(make(index));
  return made;
};

/** A layer's metrics on `samples` evaluation samples, rounded as they are shown and logged. */
export const layerFrame = (metrics: LayerMetrics, fanOutNorm: Float64Array, samples: number): LayerFrame => {
  const { teachers, students, correlation, observability } = metrics;
  const best = bestMatchOfTeacher({ rows: teachers, columns: students, data: correlation });
  return {
    bestMatchOfTeacher: Array.from(best.correlation, significant),
    bestStudentOfTeacher: Array.from(best.node),
    fanOutNorm: Array.from(fanOutNorm, significant),
    correlation: listOf(teachers, (j) => listOf(students, (k) => thousandths(correlation[j * students + k]))),
    observability: listOf(teachers, (j) =>
      listOf(students, (k) => observabilityDigit(observability[j * students + k], samples)).join(''),
    ),
  };
};
