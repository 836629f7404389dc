import type { TwoLayerExperiment } from '../../experiment/index.js';
import { scaleToUnitWeights } from '../constraints.js';
import { type Matrix, zeros } from '../matrix.js';
import type { Affine, Network } from '../network.js';
import { power } from '../power.js';
import type { RandomStream } from '../random.js';

/** What fixes a teacher beside the stream that it is drawn from. */
export type TeacherSettings = Pick<
  TwoLayerExperiment,
  'd' | 'm' | 'c' | 'relu' | 'teacherChoices' | 'teacherScale' | 'strengthDecay' | 'bias' | 'noBias'
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

const withBias = (weight: Matrix, bias: number): Affine => ({
  weight,
  bias: new Float64Array(weight.rows).fill(bias),
});

/**
 * The fixed teacher: m nodes whose weights have unit length (bias excluded), and a head whose weights of node j are
 * divided by (j+1)^strengthDecay.
 *
 * Entries come from `teacherChoices` (all nodes of each layer different, none all zero), or are Gaussian
 * times `teacherScale` when that is null. Advances `stream`. Source: luckmatters recon_two_layer.py, `init`;
 * there teacher_scale has no effect, because the choices overwrite what it scales.
 */
export const createTwoLayerTeacher = (settings: TeacherSettings, stream: RandomStream): Network => {
  const { d, m, c, teacherChoices, teacherScale, strengthDecay } = settings;
  const bias = settings.noBias ? 0 : settings.bias;
  const draw = (rows: number, columns: number): Matrix =>
    teacherChoices
      ? distinctRows(rows, columns, teacherChoices, stream)
      : gaussianRows(rows, columns, teacherScale, stream);
  const features = withBias(draw(m, d), bias);
  scaleToUnitWeights(features);
  const final = withBias(draw(c, m), bias);
  for (let k = 0; k < c; k++)
    for (let j = 0; j < m; j++) final.weight.data[k * m + j] /= power(j + 1, strengthDecay);
  return {
    hidden: [{ ...features, norm: null }],
    final,
    convolutional: false,
    slope: settings.relu ? 0 : 1,
    openAtZero: true,
    normBeforeRelu: false,
    storage: 'stacked',
  };
};
