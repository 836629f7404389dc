import { forward } from '../forward.js';
import { type Matrix, takeColumns } from '../matrix.js';
import type { Network } from '../network.js';
import { type Grid, inputRows } from '../patches.js';
import { fusedProduct, plainProduct } from '../product.js';
import { type CorrelationFloor, RunningCorrelation } from './correlation.js';
import { type LayerForms, RunningForms } from './gradient-forms.js';
import { RunningObservability } from './observability.js';

/** What is measured of two networks. */
export type Measured = {
  readonly teacher: Network;
  readonly student: Network;
  /** Nodes of each hidden teacher layer that the metrics are about. */
  readonly activeNodes: readonly (readonly number[])[];
  readonly floor: CorrelationFloor;
  readonly gradientForms: boolean;
};

/** Metrics of one hidden layer on one data set; matrices are [teacher x student], row-major. */
export type LayerMetrics = {
  readonly teachers: number;
  readonly students: number;
  /**
   * Mean-centred correlation of post-activation units, with the reference's floor under vanishing variances: see
   * CorrelationFloor.
   */
  readonly correlation: Float64Array;
  /** min over both sides of teacher j's boundary of the samples on which student k is active. Source: compute_boundary_obs. */
  readonly observability: Float64Array;
};

/** Metrics of both networks over the chunks of a data set. */
export class RunningMetrics {
  readonly #measured: Measured;
  readonly #correlations: readonly RunningCorrelation[];
  readonly #observabilities: readonly RunningObservability[];
  readonly #forms: RunningForms | null;

  constructor(measured: Measured) {
    const { teacher, student, activeNodes, floor, gradientForms } = measured;
    this.#measured = measured;
    const shapes = activeNodes.map((nodes, l) => [nodes.length, student.hidden[l].weight.rows] as const);
    this.#correlations = shapes.map(([m, n]) => new RunningCorrelation(m, n, floor));
    this.#observabilities = shapes.map(([m, n]) => new RunningObservability(m, n));
    this.#forms = gradientForms ? new RunningForms(teacher, student) : null;
  }

  /** Adds a chunk [samples x d] that is this share of all; returns the outputs of both networks on it. */
  add(x: Matrix, grid: Grid, share: number): { readonly student: Matrix; readonly target: Matrix } {
    const rows = inputRows(x, grid);
    const product = this.#forms ? fusedProduct : plainProduct;
    const teacher = forward(this.#measured.teacher, rows, grid, false, product);
    const student = forward(this.#measured.student, rows, grid, false, product);
    this.#measured.activeNodes.forEach((nodes, l) => {
      const all = teacher.layers[l].output;
      const units = nodes.length === all.columns ? all : takeColumns(all, nodes);
      this.#correlations[l].add(units, student.layers[l].output);
      this.#observabilities[l].add(units, student.layers[l].output);
    });
    this.#forms?.add(teacher, student, share);
    return { student: student.output, target: teacher.output };
  }

  /** Of each hidden layer, lowest first. */
  layers(): LayerMetrics[] {
    return this.#correlations.map((running, l) => {
      const { rows, columns, data } = running.correlation();
      const observability = this.#observabilities[l].observability().data;
      return { teachers: rows, students: columns, correlation: data, observability };
    });
  }

  /** Null when they were not asked for. */
  forms(): LayerForms[] | null {
    return this.#forms?.forms() ?? null;
  }
}
