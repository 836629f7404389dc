import { type Matrix, zeros } from '../matrix.js';

/**
 * Counts, batch by batch, on how many samples (and positions) student node k is active on either side of teacher
 * node j's boundary. Source: luckmatters recon_two_layer.py, compute_boundary_obs.
 */
export class RunningObservability {
  readonly #both: Matrix;
  readonly #active: Float64Array;

  constructor(teachers: number, students: number) {
    this.#both = zeros(teachers, students);
    this.#active = new Float64Array(students);
  }

  add(teacher: Matrix, student: Matrix): void {
    const [m, n] = [teacher.columns, student.columns];
    for (let i = 0; i < student.rows; i++)
      for (let k = 0; k < n; k++) {
        if (!(student.data[i * n + k] > 0)) continue;
        this.#active[k]++;
        for (let j = 0; j < m; j++) if (teacher.data[i * m + j] > 0) this.#both.data[j * n + k]++;
      }
  }

  /** The smaller of the two counts. [m x n] */
  observability(): Matrix {
    const { rows, columns, data } = this.#both;
    return { rows, columns, data: data.map((both, i) => Math.min(both, this.#active[i % columns] - both)) };
  }
}

/** Observability of the boundary of each teacher unit [N x m] by each student unit [N x n] over one data set. [m x n] */
export const observability = (teacher: Matrix, student: Matrix): Matrix => {
  const running = new RunningObservability(teacher.columns, student.columns);
  running.add(teacher, student);
  return running.observability();
};
