import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { type CorrelationFloor, type LayerMetrics, square } from '../../net/index.js';
import type { Forward } from './tensor-forward.js';
import { transposedProduct } from './tensor-product.js';
import type { Tfjs } from './tfjs-backend.js';

const addInto = (target: Float64Array, values: Tensor): void => {
  const added = values.dataSync();
  for (let i = 0; i < target.length; i++) target[i] += added[i];
};

/** Sums over samples of shifted units and their squares, in doubles. */
class UnitSums {
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  #shift: Tensor | null = null;

  constructor(units: number) {
    this.sum = new Float64Array(units);
    this.squares = new Float64Array(units);
  }

  /**
   * Adds units [rows x k]; returns them shifted by the first chunk's means, which keeps single precision from
   * cancelling where a unit varies little about a large mean.
   */
  add(tf: Tfjs, units: Tensor2D): Tensor2D {
    this.#shift ??= tf.keep(tf.mean(units, 0));
    const shifted = tf.sub<Tensor2D>(units, this.#shift);
    addInto(this.sum, tf.sum(shifted, 0));
    addInto(this.squares, tf.sum(tf.square(shifted), 0));
    return shifted;
  }

  deviations(count: number, { addedTo, value }: CorrelationFloor): Float64Array {
    const added = addedTo === 'variance' ? value : value / count;
    return this.squares.map((squares, k) =>
      Math.sqrt(Math.max(0, squares / count - square(this.sum[k] / count)) + added),
    );
  }

  dispose(): void {
    this.#shift?.dispose();
  }
}

/**
 * Correlation and observability of one hidden layer over the chunks of a data set: products in tensors, sums over
 * chunks in doubles.
 */
export class TensorLayerMetrics {
  readonly #forward: Forward;
  readonly #teacher: UnitSums;
  readonly #student: UnitSums;
  readonly #products: Float64Array;
  readonly #bothActive: Float64Array;
  readonly #active: Float64Array;
  #count = 0;

  constructor(forward: Forward, teachers: number, students: number) {
    this.#forward = forward;
    this.#teacher = new UnitSums(teachers);
    this.#student = new UnitSums(students);
    this.#products = new Float64Array(teachers * students);
    this.#bothActive = new Float64Array(teachers * students);
    this.#active = new Float64Array(students);
  }

  /** Adds units of both networks on a chunk, [rows x m] and [rows x n]. Call it in a tidy. */
  add(teacher: Tensor2D, student: Tensor2D): void {
    const { tf, backend } = this.#forward;
    const shifted = [this.#teacher.add(tf, teacher), this.#student.add(tf, student)] as const;
    addInto(this.#products, transposedProduct(tf, backend, ...shifted));
    const [above, active] = [teacher, student].map((units) =>
      tf.cast(tf.greater<Tensor2D>(units, 0), 'float32'),
    );
    addInto(this.#bothActive, transposedProduct(tf, backend, above, active));
    addInto(this.#active, tf.sum(active, 0));
    this.#count += teacher.shape[0];
  }

  metrics(floor: CorrelationFloor): LayerMetrics {
    const students = this.#active.length;
    return {
      teachers: this.#teacher.sum.length,
      students,
      correlation: this.#correlation(floor),
      observability: this.#bothActive.map((both, i) => Math.min(both, this.#active[i % students] - both)),
    };
  }

  dispose(): void {
    this.#teacher.dispose();
    this.#student.dispose();
  }

  #correlation(floor: CorrelationFloor): Float64Array {
    const count = this.#count;
    const [ofTeacher, ofStudent] = [this.#teacher, this.#student];
    const [above, below] = [ofTeacher.deviations(count, floor), ofStudent.deviations(count, floor)];
    const students = below.length;
    return this.#products.map((product, i) => {
      const [j, k] = [Math.floor(i / students), i % students];
      const covariance = product / count - (ofTeacher.sum[j] * ofStudent.sum[k]) / square(count);
      return covariance / (above[j] * below[k]);
    });
  }
}
