import type { TwoLayerExperiment } from '../../experiment/index.js';
import { power } from '../arithmetic/power.js';
import { scaleToUnitWeights } from '../constraints.js';
import { type Matrix, zeros } from '../matrix.js';
import { type Activation, type Affine, linear, type Network, relu, sigmoidal } from '../network.js';
import type { RandomStream } from '../random.js';

/** What fixes a teacher beside the stream that it is drawn from. */
export type TeacherSettings = Pick<
  TwoLayerExperiment,
  | ('d' | 'm' | 'c' | 'relu' | 'activation' | 'teacherChoices' | 'teacherScale' | 'strengthDecay')
  | ('bias' | 'noBias' | 'secondLayer')
>;

/** The hidden units of both networks of a two-layer experiment. */
export const activationOf = ({
  relu: isRectified,
  activation,
}: Pick<TwoLayerExperiment, 'relu' | 'activation'>): Activation => {
  if (!isRectified) return linear;
  return activation === 'erf' ? sigmoidal : relu;
};

/** A soft committee machine's head: every weight the same, no biases. */
export const committeeHead = (outputs: number, nodes: number, weight: number): Affine => ({
  weight: { rows: outputs, columns: nodes, data: new Float64Array(outputs * nodes).fill(weight) },
  bias: new Float64Array(outputs),
});

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
  stream.fillNormals(out.data, scale);
  return out;
};

const withBias = (weight: Matrix, bias: number): Affine => ({
  weight,
  bias: new Float64Array(weight.rows).fill(bias),
});

/** The head as it is drawn, its weights of node j divided by (j+1)^decay. */
const decayed = (head: Affine, decay: number): Affine => {
  const { columns, data } = head.weight;
  for (let i = 0; i < data.length; i++) data[i] /= power((i % columns) + 1, decay);
  return head;
};

/**
 * The fixed teacher: m nodes whose weights have unit length (bias excluded), and a head whose weights of node j are
 * divided by (j+1)^strengthDecay, or are all `secondLayer` where that is given.
 *
 * Entries come from `teacherChoices` (all nodes of each layer different, none all zero), or are Gaussian
 * times `teacherScale` when that is null. Advances `stream`. Source: luckmatters recon_two_layer.py, `init`;
 * there teacher_scale has no effect, because the choices overwrite what it scales.
 */
export const createTwoLayerTeacher = (settings: TeacherSettings, stream: RandomStream): Network => {
  const { d, m, c, teacherChoices, teacherScale, strengthDecay, secondLayer } = settings;
  const bias = settings.noBias ? 0 : settings.bias;
  const draw = (rows: number, columns: number): Matrix =>
    teacherChoices
      ? distinctRows(rows, columns, teacherChoices, stream)
      : gaussianRows(rows, columns, teacherScale, stream);
  const features = withBias(draw(m, d), bias);
  scaleToUnitWeights(features);
  return {
    hidden: [{ ...features, norm: null }],
    final:
      secondLayer === undefined
        ? decayed(withBias(draw(c, m), bias), strengthDecay)
        : committeeHead(c, m, secondLayer),
    convolutional: false,
    ...activationOf(settings),
    openAtZero: true,
    normBeforeRelu: false,
    storage: 'stacked',
  };
};
