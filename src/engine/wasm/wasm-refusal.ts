import type { Problem } from '../../problem/index.js';

const elsewhere = 'allowed: engine tfjs or naive';

/** Why the kernels cannot run a problem, in terms of the experiment's options; null where they can. */
export const wasmRefusal = ({ student, teacher }: Problem): string | null => {
  if (student.convolutional) return `"convolutional" is not offered, ${elsewhere}`;
  if (student.hidden.some(({ norm }) => norm)) return `"batchNorm" is not offered, ${elsewhere}`;
  if (teacher.hidden.some(({ norm }) => norm)) return `"teacherBatchNorm" is not offered, ${elsewhere}`;
  return null;
};
