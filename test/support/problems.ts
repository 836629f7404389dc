import { type Matrix, zeros } from '../../src/net/matrix.js';
import { RandomStream, streamState } from '../../src/net/random.js';
import { normalizeColumns, type UpdateRule } from '../../src/net/two-layer.js';
import type { TwoLayerProblem } from '../../src/problem/problem.js';

export const plainRule: UpdateRule = {
  relu: true,
  featuresFixed: false,
  topLayerFixed: false,
  normalizeStudent: false,
  noBias: false,
};

export type ProblemShape = {
  readonly d: number;
  readonly m: number;
  readonly n: number;
  readonly c: number;
  /** null: full batch. */
  readonly batch: number | null;
  readonly rows?: number;
  readonly learningRate?: number;
};

const gaussian = (rows: number, columns: number, scale: number, random: RandomStream): Matrix => {
  const out = zeros(rows, columns);
  for (let i = 0; i < out.data.length; i++) out.data[i] = scale * random.nextNormal();
  return out;
};

/** A teacher, a student and data of any shape, all Gaussian, large enough that every step moves every weight. */
export const randomProblem = (
  { d, m, n, c, batch, rows = 70, learningRate = 0.05 }: ProblemShape,
  rule: Partial<UpdateRule> = {},
  seed = 3,
): TwoLayerProblem => {
  const random = RandomStream.of(seed, 'teacher');
  const student = { w1: gaussian(d + 1, n, 0.5, random), w2: gaussian(n + 1, c, 0.5, random) };
  if (rule.normalizeStudent) normalizeColumns(student.w1);
  if (rule.noBias) {
    student.w1.data.fill(0, -n);
    student.w2.data.fill(0, -c);
  }
  return {
    kind: 'two-layer',
    teacher: { w1: gaussian(d + 1, m, 0.7, random), w2: gaussian(m + 1, c, 0.7, random) },
    student,
    trainingSet: gaussian(rows, d, 1, random),
    evaluationSet: gaussian(rows + 3, d, 1, random),
    rule: { ...plainRule, ...rule },
    batchSize: batch,
    samplerState: streamState(seed, 'batches'),
    learningRate,
  };
};
