import { bestMatchOfTeacher, type LayerMetrics } from '../../net/index.js';
import type { LayerFrame } from '../../protocol/index.js';

// Adding 0 turns -0 into 0: JSON has no -0, and a frame must read back as it was shown.
export const significant = (value: number): number => Number(value.toPrecision(6)) + 0;
const thousandths = (value: number): number => Math.round(value * 1000) / 1000 + 0;

/** One character for a count of samples; see `LayerFrame.observability`. */
const observabilityDigit = (count: number, samples: number): string =>
  count === 0 ? '.' : String(Math.min(9, Math.floor((20 * count) / samples)));

const rows = <T>(count: number, make: (row: number) => T): T[] =>
  Array.from({ length: count }, (_, row) => make(row));

/** A layer's metrics on `samples` evaluation samples, rounded as they are shown and logged. */
export const layerFrame = (metrics: LayerMetrics, fanOutNorm: Float64Array, samples: number): LayerFrame => {
  const { teachers, students, correlation, observability } = metrics;
  const best = bestMatchOfTeacher({ rows: teachers, columns: students, data: correlation });
  const rowOf = (values: Float64Array, row: number): number[] =>
    Array.from(values.subarray(row * students, (row + 1) * students));
  return {
    bestMatchOfTeacher: Array.from(best.correlation, significant),
    bestStudentOfTeacher: Array.from(best.node),
    fanOutNorm: Array.from(fanOutNorm, significant),
    correlation: rows(teachers, (j) => rowOf(correlation, j).map(thousandths)),
    observability: rows(teachers, (j) =>
      rowOf(observability, j)
        .map((count) => observabilityDigit(count, samples))
        .join(''),
    ),
  };
};
