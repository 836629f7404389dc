import type { CorrelationFloor, LayerMetrics } from '../../net/index.js';
import type { TeacherSums } from './deep-data.js';
import type { DeepPlan, PlannedSums } from './deep-layout.js';
import type { DeepMemory } from './deep-memory.js';

/** What all threads have added up about one hidden layer, [teacherUnits x columns] and [columns]. */
type LayerTotals = {
  readonly products: Float64Array;
  readonly counts: Int32Array;
  readonly squares: Float64Array;
};

/** Sizes of one hidden layer's sums. */
type LayerSize = { readonly teacherUnits: number; readonly columns: number; readonly students: number };

const sizeOf = (plan: DeepPlan, layer: number): LayerSize => ({
  teacherUnits: plan.teacherStrides[layer] / plan.bytesPerValue,
  columns: plan.layers[layer].stride / plan.bytesPerValue,
  students: plan.layers[layer].units,
});

const view = (
  memory: DeepMemory,
  places: PlannedSums,
  { teacherUnits, columns }: LayerSize,
): LayerTotals => ({
  products: memory.doubles(places.products, teacherUnits * columns),
  counts: memory.integers(places.counts, teacherUnits * columns),
  squares: memory.doubles(places.squares, columns),
});

/** Sets the sums of every thread to zero. */
export const clearSums = (plan: DeepPlan, memory: DeepMemory): void => {
  for (const { sums } of plan.shards)
    for (const [l, places] of sums.entries())
      for (const array of Object.values(view(memory, places, sizeOf(plan, l)))) array.fill(0);
};

const addInto = (target: Float64Array | Int32Array, values: Float64Array | Int32Array): void => {
  for (let i = 0; i < target.length; i++) target[i] += values[i];
};

/** Adds the sums of the other threads to those of the first, in their order. Mutates the memory. */
const totalOf = (plan: DeepPlan, memory: DeepMemory, layer: number): LayerTotals => {
  const [total, ...others] = plan.shards.map(({ sums }) => view(memory, sums[layer], sizeOf(plan, layer)));
  for (const { products, counts, squares } of others) {
    addInto(total.products, products);
    addInto(total.counts, counts);
    addInto(total.squares, squares);
  }
  return total;
};

/** 1 / deviation of `rows` values, the floor included; rounding may not make the variance negative. */
const inverseDeviation = (squares: number, sum: number, rows: number, floor: CorrelationFloor): number => {
  const variance = Math.max(0, squares / rows - (sum / rows) ** 2);
  return 1 / Math.sqrt(variance + (floor.addedTo === 'variance' ? floor.value : floor.value / rows));
};

/** Correlation and observability of a hidden layer from what an evaluation of `rows` samples has added up. */
export const layerMetrics = (
  plan: DeepPlan,
  memory: DeepMemory,
  layer: number,
  teacher: TeacherSums,
  rows: number,
  floor: CorrelationFloor,
): LayerMetrics => {
  const { columns, students } = sizeOf(plan, layer);
  const { products, counts, squares } = totalOf(plan, memory, layer);
  const teachers = teacher.sums.length;
  const sums = products.subarray(teachers * columns);
  const active = counts.subarray(teachers * columns);
  const scales = Float64Array.from({ length: students }, (_, k) =>
    inverseDeviation(squares[k], sums[k], rows, floor),
  );
  const correlation = new Float64Array(teachers * students);
  const observability = new Float64Array(teachers * students);
  for (let j = 0; j < teachers; j++) {
    const scale = inverseDeviation(teacher.squares[j], teacher.sums[j], rows, floor);
    for (let k = 0; k < students; k++) {
      const means = (teacher.sums[j] * sums[k]) / rows ** 2;
      const covariance = products[j * columns + k] / rows - means;
      correlation[j * students + k] = covariance * scale * scales[k];
      const both = counts[j * columns + k];
      observability[j * students + k] = Math.min(both, active[k] - both);
    }
  }
  return { teachers, students, correlation, observability };
};
