import type { EngineDescription, Precision } from '../engine/index.js';
import { bestMatchOfTeacher, type LayerMetrics, type Matrix } from '../net/index.js';

/** A value that our run has where the trace has an expectation. */
export type Observation = {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Counts must agree exactly in double precision. */
  readonly exact: boolean;
  /** Absolute difference that rounding alone explains; see `roundingAllowance`. */
  readonly rounding: number;
};

/** Looks a metric of the current epoch up by the reference's name; undefined for a name that it does not have. */
export type Observer = (metric: string) => Observation | undefined;

export const scalar = (value: number, rounding = 0): Observation => ({
  shape: [],
  values: [value],
  exact: false,
  rounding,
});
/** In single precision one sample, or one node, may fall on the other side. */
export const counts = (observation: Observation): Observation => ({
  ...observation,
  exact: true,
  rounding: 1,
});
export const list = (values: Float64Array, rounding = 0): Observation => ({
  shape: [values.length],
  values,
  exact: false,
  rounding,
});
export const table = ({ rows, columns, data }: Matrix): Observation => ({
  shape: [rows, columns],
  values: data,
  exact: false,
  rounding: 0,
});

/** Calls back at the epochs that a trace has expectations of, counted from 0 before the first update. */
export type Visit = (epoch: number, observer: Observer) => void;

/** Correlation or observability of a layer, [teacher x student]. */
export const teacherByStudent = ({ teachers, students }: LayerMetrics, data: Float64Array): Matrix => ({
  rows: teachers,
  columns: students,
  data,
});

export const bestCorrelation = (layer: LayerMetrics): Float64Array =>
  bestMatchOfTeacher(teacherByStudent(layer, layer.correlation)).correlation;

/** The coarser of the engine's and the trace's arithmetic: what the two can agree to. */
export const commonPrecision = (
  { dtype }: { readonly dtype: Precision },
  { precision }: EngineDescription,
): Precision => (dtype === 'float32' ? 'float32' : precision);
