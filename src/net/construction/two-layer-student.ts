import type { TwoLayerExperiment } from '../../experiment/index.js';
import { scaleToUnitWeights } from '../constraints.js';
import { type Matrix, zeros } from '../matrix.js';
import type { Affine, Network } from '../network.js';
import type { RandomStream } from '../random.js';
import { networkOfStacked, stacked } from '../stacked.js';
import { activationOf, committeeHead } from './two-layer-teacher.js';

/** What fixes the initial student beside its teacher and the stream that it is drawn from. */
export type StudentSettings = Pick<
  TwoLayerExperiment,
  | ('d' | 'n' | 'c' | 'relu' | 'activation' | 'studentScale' | 'advInit')
  | ('normalizeStudent' | 'secondLayer' | 'studentLeak')
>;

/** What a student's own slope below zero changes of its units. */
const leakOf = ({ studentLeak }: Pick<TwoLayerExperiment, 'studentLeak'>): { readonly slope?: number } =>
  studentLeak === undefined ? {} : { slope: studentLeak };

/** Gaussian weights above a row of zero biases. [rows+1 x columns] */
const gaussianLayer = (rows: number, columns: number, scale: number, stream: RandomStream): Matrix => {
  const layer = zeros(rows + 1, columns);
  stream.fillNormals(layer.data.subarray(0, rows * columns), scale);
  return layer;
};

/** Negates the weights of nodes on the unwanted side of the last teacher node's direction. Mutates `student`. */
const turnNodes = (student: Affine, teacher: Affine, advInit: 'adv' | 'help'): void => {
  const { rows, columns, data } = student.weight;
  const last = teacher.weight.data.subarray(-columns);
  const unwanted = advInit === 'adv' ? 1 : -1;
  for (let k = 0; k < rows; k++) {
    const weights = data.subarray(k * columns, (k + 1) * columns);
    const dot = weights.reduce((sum, weight, i) => sum + last[i] * weight, 0);
    if (dot * unwanted <= 0) continue;
    for (let i = 0; i < columns; i++) weights[i] *= -1;
  }
};

/**
 * The student before its first step: Gaussian weights times `studentScale`, biases 0; fan-out weights `secondLayer` where that is given. `advInit` turns each
 * node away from (adv) or towards (help) the last, weakest teacher node; `normalizeStudent` then scales the
 * incoming weights of every node to unit length. Advances `stream`. Source: luckmatters recon_two_layer.py, `init`.
 */
export const createTwoLayerStudent = (
  settings: StudentSettings,
  teacher: Network,
  stream: RandomStream,
): Network => {
  const { d, n, c, studentScale, secondLayer } = settings;
  const w1 = gaussianLayer(d, n, studentScale, stream);
  const w2 =
    secondLayer === undefined
      ? gaussianLayer(n, c, studentScale, stream)
      : stacked(committeeHead(c, n, secondLayer));
  const student = networkOfStacked(w1, w2, { ...activationOf(settings), ...leakOf(settings) });
  const [features] = student.hidden;
  if (settings.advInit !== 'none') turnNodes(features, teacher.hidden[0], settings.advInit);
  if (settings.normalizeStudent) scaleToUnitWeights(features);
  return student;
};
