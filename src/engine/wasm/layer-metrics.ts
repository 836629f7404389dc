import { type CorrelationFloor, square } from '../../net/index.js';
import type { LayerCorrelations } from '../engine.js';
import type { TeacherSums } from './data-sets.js';
import { perPanel } from './memory/memory-layout.js';
import type { Plan, PlannedLayer, PlannedSums } from './memory/memory-plan.js';
import type { PanelMemory } from './memory/panel-memory.js';
import { readRows } from './memory/parameters.js';

/** What an evaluation has added up about one hidden layer: panels of [teacher units + 1] rows, and a row. */
type LayerTotals = {
  readonly products: Float64Array;
  readonly counts: Int32Array;
  readonly squares: Float64Array;
};

const totalsOf = (plan: Plan, memory: PanelMemory, sums: PlannedSums): LayerTotals => {
  const columns = sums.panels * perPanel(plan.precision);
  return {
    products: memory.doubles(sums.totals, sums.rows * columns),
    counts: memory.integers(sums.counts, sums.rows * columns),
    squares: memory.doubles(sums.unitSquares, columns),
  };
};

/** Sets the sums of every layer to zero. Mutates the memory. */
export const clearSums = (plan: Plan, memory: PanelMemory): void => {
  for (const { sums } of plan.layers)
    if (sums) for (const array of Object.values(totalsOf(plan, memory, sums))) array.fill(0);
};

/** 1 / deviation of `rows` values times `scale`, the floor included; rounding may not make the variance negative. */
const inverseDeviation = (
  squares: number,
  sum: number,
  rows: number,
  scale: number,
  floor: CorrelationFloor,
): number => {
  const variance = square(scale) * Math.max(0, squares / rows - square(sum / rows));
  return 1 / Math.sqrt(variance + (floor.addedTo === 'variance' ? floor.value : floor.value / rows));
};

/**
 * What a norm after the activation multiplies each unit by; null for any other layer, whose units are summed up as they are.
 * Before such a norm a dead unit is 0, after it a number that rounding would make vary.
 */
const normScales = (memory: PanelMemory, layer: PlannedLayer): Float64Array | null => {
  const { norm } = layer;
  if (!norm || norm.beforeActivation) return null;
  const [scale] = readRows(memory, layer, norm.affine.pointer);
  const [, inverseDeviation] = readRows(memory, layer, norm.current);
  return scale.map((value, k) => value * inverseDeviation[k]);
};

/** Where row j of column k lies in panels of a layer's sums. */
const placeIn = (plan: Plan, { rows }: PlannedSums, j: number, k: number): number => {
  const per = perPanel(plan.precision);
  return (Math.floor(k / per) * rows + j) * per + (k % per);
};

/** Correlations of a hidden layer from what an evaluation has added up over `rows` samples and positions; null where it has none. */
export const layerCorrelations = (
  plan: Plan,
  memory: PanelMemory,
  layer: number,
  teacher: TeacherSums,
  rows: number,
  floor: CorrelationFloor,
): LayerCorrelations | null => {
  const { sums, units: students } = plan.layers[layer];
  if (!sums) return null;
  const scales = normScales(memory, plan.layers[layer]) ?? new Float64Array(students).fill(1);
  const { products, squares } = totalsOf(plan, memory, sums);
  const teachers = sums.rows - 1;
  const studentSums = Float64Array.from(
    { length: students },
    (_, k) => products[placeIn(plan, sums, teachers, k)],
  );
  const inverses = studentSums.map((sum, k) => inverseDeviation(squares[k], sum, rows, scales[k], floor));
  const correlation = new Float64Array(teachers * students);
  for (let j = 0; j < teachers; j++) {
    const inverse = inverseDeviation(teacher.squares[j], teacher.sums[j], rows, 1, floor);
    for (let k = 0; k < students; k++) {
      const means = (teacher.sums[j] * studentSums[k]) / square(rows);
      const covariance = products[placeIn(plan, sums, j, k)] / rows - means;
      correlation[j * students + k] = scales[k] * covariance * inverse * inverses[k];
    }
  }
  return { teachers, students, correlation };
};

/** Observabilities of a hidden layer, [teachers x students], from what an evaluation has counted. */
export const layerObservability = (plan: Plan, memory: PanelMemory, layer: number): Float64Array => {
  const { sums, units: students } = plan.layers[layer];
  if (!sums) return new Float64Array(0);
  const { counts } = totalsOf(plan, memory, sums);
  const teachers = sums.rows - 1;
  return Float64Array.from({ length: teachers * students }, (_, at) => {
    const k = at % students;
    const both = counts[placeIn(plan, sums, Math.floor(at / students), k)];
    return Math.min(both, counts[placeIn(plan, sums, teachers, k)] - both);
  });
};
