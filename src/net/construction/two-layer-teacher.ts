import type { TwoLayerExperiment } from '../../experiment/index.js';
import { type Matrix, zeros } from '../matrix.js';
import type { RandomStream } from '../random.js';
import { normalizeColumns, type TwoLayer } from '../two-layer.js';

/** What fixes a teacher beside the stream that it is drawn from. */
export type TeacherSettings = Pick<
  TwoLayerExperiment,
  'd' | 'm' | 'c' | 'teacherChoices' | 'teacherScale' | 'strengthDecay' | 'bias' | 'noBias'
>;

/** A row of indices into `values`, as a key that is equal for equal rows. */
const rowKey = (indices: readonly number[]): string => String.fromCharCode(...indices);

/**
 * Rows of entries drawn from the choices, all rows different and none all zero, by drawing a row again
 * until it is new. Does not return when fewer such rows exist, which validation refuses.
 */
export const distinctRows = (
  rows: number,
  columns: number,
  choices: readonly number[],
  stream: RandomStream,
): Matrix => {
  const out = zeros(rows, columns);
  const seen = new Set<string>();
  for (let i = 0; i < rows; ) {
    const picks = Array.from({ length: columns }, () => stream.nextIndex(choices.length));
    const key = rowKey(picks);
    if (seen.has(key) || picks.every((pick) => choices[pick] === 0)) continue;
    seen.add(key);
    picks.forEach((pick, j) => {
      out.data[i * columns + j] = choices[pick];
    });
    i++;
  }
  return out;
};

const gaussianRows = (rows: number, columns: number, scale: number, stream: RandomStream): Matrix => {
  const out = zeros(rows, columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = scale * stream.nextNormal();
  return out;
};

/** The transpose of `rows` above a last row of biases. [r x k] -> [k+1 x r] */
const asLayer = (rows: Matrix, bias: number): Matrix => {
  const layer = zeros(rows.columns + 1, rows.rows);
  for (let i = 0; i < rows.rows; i++)
    for (let j = 0; j < rows.columns; j++)
      layer.data[j * layer.columns + i] = rows.data[i * rows.columns + j];
  layer.data.fill(bias, -layer.columns);
  return layer;
};

/**
 * The fixed teacher: `w1` [d+1 x m] with columns of unit length (bias excluded), `w2` [m+1 x c] whose row j
 * is divided by (j+1)^strengthDecay.
 *
 * Entries come from `teacherChoices` (all columns of each layer different, none all zero), or are Gaussian
 * times `teacherScale` when that is null. Advances `stream`. Source: luckmatters recon_two_layer.py, `init`;
 * there teacher_scale has no effect, because the choices overwrite what it scales.
 */
export const createTeacher = (settings: TeacherSettings, stream: RandomStream): TwoLayer => {
  const { d, m, c, teacherChoices, teacherScale, strengthDecay } = settings;
  const bias = settings.noBias ? 0 : settings.bias;
  const draw = (rows: number, columns: number): Matrix =>
    teacherChoices
      ? distinctRows(rows, columns, teacherChoices, stream)
      : gaussianRows(rows, columns, teacherScale, stream);
  const w1 = asLayer(draw(m, d), bias);
  normalizeColumns(w1);
  const w2 = asLayer(draw(c, m), bias);
  for (let j = 0; j < m; j++) for (let k = 0; k < c; k++) w2.data[j * c + k] /= (j + 1) ** strengthDecay;
  return { w1, w2 };
};
