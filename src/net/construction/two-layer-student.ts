import type { TwoLayerExperiment } from '../../experiment/index.js';
import { type Matrix, zeros } from '../matrix.js';
import type { RandomStream } from '../random.js';
import { normalizeColumns, type TwoLayer } from '../two-layer.js';

/** What fixes the initial student beside its teacher and the stream that it is drawn from. */
export type StudentSettings = Pick<
  TwoLayerExperiment,
  'd' | 'n' | 'c' | 'studentScale' | 'advInit' | 'normalizeStudent'
>;

/** Gaussian weights above a row of zero biases. [rows+1 x columns] */
const gaussianLayer = (rows: number, columns: number, scale: number, stream: RandomStream): Matrix => {
  const layer = zeros(rows + 1, columns);
  for (let i = 0; i < rows * columns; i++) layer.data[i] = scale * stream.nextNormal();
  return layer;
};

/** w1 of the last teacher node times column k of the student's, biases excluded. */
const dotWithLastTeacher = (teacher: Matrix, student: Matrix, k: number): number => {
  let sum = 0;
  for (let i = 0; i < student.rows - 1; i++)
    sum += teacher.data[(i + 1) * teacher.columns - 1] * student.data[i * student.columns + k];
  return sum;
};

/** Negates the columns on the unwanted side of the last teacher node's direction. Mutates `w1`. */
const turnColumns = (w1: Matrix, teacher: Matrix, advInit: 'adv' | 'help'): void => {
  const unwanted = advInit === 'adv' ? 1 : -1;
  for (let k = 0; k < w1.columns; k++) {
    if (dotWithLastTeacher(teacher, w1, k) * unwanted <= 0) continue;
    for (let i = 0; i < w1.rows - 1; i++) w1.data[i * w1.columns + k] *= -1;
  }
};

/**
 * The student before its first step: Gaussian weights times `studentScale`, biases 0. `advInit` turns each
 * node away from (adv) or towards (help) the last, weakest teacher node; `normalizeStudent` then scales the
 * columns of w1 to unit length. Advances `stream`. Source: luckmatters recon_two_layer.py, `init`.
 */
export const createStudent = (
  settings: StudentSettings,
  teacher: TwoLayer,
  stream: RandomStream,
): TwoLayer => {
  const w1 = gaussianLayer(settings.d, settings.n, settings.studentScale, stream);
  const w2 = gaussianLayer(settings.n, settings.c, settings.studentScale, stream);
  if (settings.advInit !== 'none') turnColumns(w1, teacher.w1, settings.advInit);
  if (settings.normalizeStudent) normalizeColumns(w1);
  return { w1, w2 };
};
