import type { Matrix } from '../../net/index.js';
import type { Problem, TrainingSamples } from '../../problem/index.js';

/** What a student is trained under: the parts of a run's problem that perturbations may change. Never mutated. */
export type Conditions = Pick<Problem, 'teacher' | 'activeNodes' | 'batchSize'> &
  Pick<Problem['rule'], 'frozenLayers'> & {
    /** Every input x is scale * x + shift, in the training and in the evaluation set. */
    readonly inputs: { readonly scale: number; readonly shift: number };
  };

/** The conditions under which a run starts. */
export const conditionsOf = ({ teacher, activeNodes, batchSize, rule }: Problem): Conditions => ({
  teacher,
  activeNodes,
  batchSize,
  frozenLayers: rule.frozenLayers,
  inputs: { scale: 1, shift: 0 },
});

/** Inputs as they are under conditions; the given ones where nothing has been done to them. [N x d] */
const inputsUnder = (x: Matrix, { inputs: { scale, shift } }: Conditions): Matrix =>
  scale === 1 && shift === 0 ? x : { ...x, data: x.data.map((value) => scale * value + shift) };

/** Training samples as they are under conditions. */
export const samplesUnder = (
  { trainingSet, outputNoise }: TrainingSamples,
  conditions: Conditions,
): TrainingSamples => ({ trainingSet: inputsUnder(trainingSet, conditions), outputNoise });

/** A run's problem under changed conditions. `samples`: already under them. */
export const problemUnder = (problem: Problem, conditions: Conditions, samples: TrainingSamples): Problem => {
  const { teacher, activeNodes, batchSize, frozenLayers } = conditions;
  const evaluationSet = inputsUnder(problem.evaluationSet, conditions);
  const rule = { ...problem.rule, frozenLayers };
  return { ...problem, teacher, activeNodes, batchSize, rule, ...samples, evaluationSet };
};
