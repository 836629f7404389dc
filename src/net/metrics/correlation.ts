import { square } from '../arithmetic/power.js';
import { type Matrix, multiply, transpose, zeros } from '../matrix.js';

/** Where the floor under a vanishing variance is added: to the variance, or to the sum of squares. */
export type CorrelationFloor = {
  readonly addedTo: 'variance' | 'sum-of-squares';
  readonly value: number;
};

/** Source: luckmatters utils_corrs.py, act2corrMat. */
export const sumOfSquaresFloor: CorrelationFloor = { addedTo: 'sum-of-squares', value: 1e-10 };

/** Source: luckmatters stats_operator.py, StatsCorr. */
export const varianceFloor: CorrelationFloor = { addedTo: 'variance', value: 1e-7 };

const addInto = (target: Float64Array, values: Float64Array): void => {
  for (let i = 0; i < target.length; i++) target[i] += values[i];
};

const columnSums = ({ columns, data }: Matrix): Float64Array => {
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) sums[i % columns] += data[i];
  return sums;
};

const columnSquares = ({ columns, data }: Matrix): Float64Array => {
  const sums = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) sums[i % columns] += square(data[i]);
  return sums;
};

/**
 * Sums over samples of the units of one network. Under a floor on the sum of squares, which is below what rounding makes
 * of a large mean's square, units enter less the mean of their first batch.
 */
class UnitSums {
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  readonly #floor: CorrelationFloor;
  #shift: Float64Array | null = null;

  constructor(units: number, floor: CorrelationFloor) {
    this.sum = new Float64Array(units);
    this.squares = new Float64Array(units);
    this.#floor = floor;
  }

  /** Adds units [rows x k]; returns them as they enter. */
  add(units: Matrix): Matrix {
    const entering = this.#floor.addedTo === 'variance' ? units : this.#shifted(units);
    addInto(this.sum, columnSums(entering));
    addInto(this.squares, columnSquares(entering));
    return entering;
  }

  /** The root of the variance and its floor. */
  deviations(count: number): Float64Array {
    const { addedTo, value } = this.#floor;
    const added = addedTo === 'variance' ? value : value / count;
    return this.squares.map((squares, k) => {
      const mean = this.sum[k] / count;
      return Math.sqrt(squares / count - mean * mean + added);
    });
  }

  #shifted(units: Matrix): Matrix {
    this.#shift ??= columnSums(units).map((sum) => sum / units.rows);
    const shift = this.#shift;
    return { ...units, data: units.data.map((value, i) => value - shift[i % units.columns]) };
  }
}

/** Correlation of teacher with student units over all batches added so far: mean-centred, after the activation. */
export class RunningCorrelation {
  readonly #products: Matrix;
  readonly #teacher: UnitSums;
  readonly #student: UnitSums;
  #count = 0;

  constructor(teachers: number, students: number, floor: CorrelationFloor) {
    this.#products = zeros(teachers, students);
    this.#teacher = new UnitSums(teachers, floor);
    this.#student = new UnitSums(students, floor);
  }

  /** Adds a batch of units, [rows x m] and [rows x n]. */
  add(teacher: Matrix, student: Matrix): void {
    const products = multiply(transpose(this.#teacher.add(teacher)), this.#student.add(student));
    addInto(this.#products.data, products.data);
    this.#count += teacher.rows;
  }

  /** [m x n]. A unit that never varies has correlation 0. */
  correlation(): Matrix {
    const { rows, columns, data } = this.#products;
    const count = this.#count;
    const [ofTeacher, ofStudent] = [this.#teacher, this.#student];
    const [above, below] = [ofTeacher, ofStudent].map((sums) => sums.deviations(count));
    const correlations = data.map((product, i) => {
      const [j, k] = [Math.floor(i / columns), i % columns];
      const covariance = product / count - (ofTeacher.sum[j] * ofStudent.sum[k]) / square(count);
      return covariance / (above[j] * below[k]);
    });
    return { rows, columns, data: correlations };
  }
}

/** Correlation of each teacher unit [N x m] with each student unit [N x n] over one data set. [m x n] */
export const correlation = (teacher: Matrix, student: Matrix, floor: CorrelationFloor): Matrix => {
  const running = new RunningCorrelation(teacher.columns, student.columns, floor);
  running.add(teacher, student);
  return running.correlation();
};
