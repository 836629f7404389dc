import {
  forward,
  fusedProduct,
  type LayerForms,
  type Matrix,
  type Network,
  RunningForms,
} from '../../net/index.js';
import type { Problem } from '../../problem/index.js';

/** Samples whose gradient forms are computed at once. */
const formRows = 64;

/** The oracle's gradient forms of a student on a data set: asked for rarely, and of small networks. */
export const studentForms = (
  { teacher, grid }: Problem,
  student: Network,
  x: Matrix,
  evaluationBatch: number,
): readonly LayerForms[] | null => {
  const totals = new RunningForms(teacher, student);
  const batches = Math.ceil(x.rows / evaluationBatch);
  for (let first = 0; first < x.rows; first += evaluationBatch) {
    const end = Math.min(x.rows, first + evaluationBatch);
    for (let from = first; from < end; from += formRows) {
      const rows = Math.min(formRows, end - from);
      const data = x.data.subarray(from * x.columns, (from + rows) * x.columns);
      const [ofTeacher, ofStudent] = [teacher, student].map((network) =>
        forward(network, { rows, columns: x.columns, data }, grid, false, fusedProduct),
      );
      totals.add(ofTeacher, ofStudent, rows / ((end - first) * batches));
    }
  }
  return totals.forms();
};
