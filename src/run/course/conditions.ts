import type { Matrix, Network, UpdateRule } from '../../net/index.js';
import type { DeepProblem, Problem } from '../../problem/index.js';

/** What a student is trained under: the parts of a run's problem that perturbations may change. Never mutated. */
export type Conditions = {
  readonly teacher: Network;
  /** Samples a step; null trains on the whole training set at every step. */
  readonly batchSize: number | null;
  /** Every input x is scale * x + shift, in the training and in the evaluation set. */
  readonly inputs: { readonly scale: number; readonly shift: number };
  /** What updates do not change: the hidden layers, the layer above them. */
  readonly frozen: Frozen;
};

type Frozen = Pick<UpdateRule, 'featuresFixed' | 'topLayerFixed'>;

const frozenAtFirst = (problem: Problem): Frozen => {
  if (problem.kind === 'multi-layer') return { featuresFixed: false, topLayerFixed: false };
  const { featuresFixed, topLayerFixed } = problem.rule;
  return { featuresFixed, topLayerFixed };
};

/** Hidden layers by index, then the head. */
const frozenLayers = ({ student }: DeepProblem, { featuresFixed, topLayerFixed }: Frozen): number[] => [
  ...(featuresFixed ? student.hidden.keys() : []),
  ...(topLayerFixed ? [student.hidden.length] : []),
];

/** The conditions under which a run starts. */
export const conditionsOf = (problem: Problem): Conditions => ({
  teacher: problem.teacher,
  batchSize: problem.batchSize,
  inputs: { scale: 1, shift: 0 },
  frozen: frozenAtFirst(problem),
});

/** Inputs as they are under conditions; the given ones where nothing has been done to them. [N x d] */
export const inputsUnder = (x: Matrix, { inputs: { scale, shift } }: Conditions): Matrix =>
  scale === 1 && shift === 0 ? x : { ...x, data: x.data.map((value) => scale * value + shift) };

/** A run's problem under changed conditions. `trainingSet`: already under them. */
export const problemUnder = (problem: Problem, conditions: Conditions, trainingSet: Matrix): Problem => {
  const { teacher, batchSize, frozen } = conditions;
  const evaluationSet = inputsUnder(problem.evaluationSet, conditions);
  const changed = { ...problem, teacher, batchSize, trainingSet, evaluationSet };
  const rule =
    problem.kind === 'two-layer'
      ? { ...problem.rule, ...frozen }
      : { ...problem.rule, frozenLayers: frozenLayers(problem, frozen) };
  return { ...changed, rule } as Problem;
};
