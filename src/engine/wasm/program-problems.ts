import type { Problem } from '../../problem/index.js';

/** A problem of the program that trains one hidden layer by half squared errors. */
export type FusedProblem = Problem & {
  readonly flags: {
    readonly relu: boolean;
    readonly featuresFixed: boolean;
    readonly topLayerFixed: boolean;
    readonly normalizeStudent: boolean;
    readonly noBias: boolean;
  };
};

/** A problem of the program for any number of layers. */
export type DeepProblem = Problem & {
  readonly batchSize: number;
  readonly evaluationBatch: number;
  readonly rule: { readonly crossEntropy: boolean; readonly normalizeStudent: boolean };
};

export const isFused = ({ rule }: Problem): boolean => rule.loss === 'half-squared-error';

export const fusedProblem = (problem: Problem): FusedProblem => {
  const { frozenLayers, constraints } = problem.rule;
  return {
    ...problem,
    flags: {
      relu: problem.student.slope === 0,
      featuresFixed: frozenLayers.includes(0),
      topLayerFixed: frozenLayers.includes(1),
      normalizeStudent: constraints.includes('unit-hidden-weights'),
      noBias: constraints.includes('zero-biases'),
    },
  };
};

export const deepProblem = (problem: Problem): DeepProblem => {
  const { rule, trainingSet, evaluationSet } = problem;
  return {
    ...problem,
    batchSize: problem.batchSize ?? trainingSet.rows,
    evaluationBatch: problem.evaluationBatch ?? evaluationSet.rows,
    rule: {
      ...rule,
      crossEntropy: rule.loss === 'cross-entropy',
      normalizeStudent: rule.constraints.includes('unit-rows'),
    },
  };
};
