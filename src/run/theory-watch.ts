import type { Problem } from '../engine/engine.js';
import type { DeepNetwork } from '../net/deep-network.js';
import { deepTheoryObstacle, evaluateDeepTheory } from '../net/deep-theory.js';
import { type Matrix, takeRows } from '../net/matrix.js';
import type { Network } from '../net/network.js';
import { evaluateTheory } from '../net/theory.js';
import type { Theory } from '../net/theory-quantities.js';
import type { TwoLayer } from '../net/two-layer.js';

/** Evaluation samples that the statements are checked on. */
const mostSamples = 1000;
/** Time to leave between two evaluations, in units of what one takes: a quarter of the time at most. */
const restShare = 3;

const firstSamples = ({ evaluationSet }: Problem): Matrix => {
  const count = Math.min(mostSamples, evaluationSet.rows);
  return takeRows(
    evaluationSet,
    Array.from({ length: count }, (_, i) => i),
  );
};

/** Checks the paper's statements on a run's student now and then, while somebody looks. */
export class TheoryWatch {
  #problem: Problem;
  #samples: Matrix;
  readonly #clock: () => number;
  #isOn = false;
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(problem: Problem, clock: () => number) {
    this.#problem = problem;
    this.#samples = firstSamples(problem);
    this.#clock = clock;
  }

  /** From now on the run trains on this problem. */
  follow(problem: Problem): void {
    this.#problem = problem;
    this.#samples = firstSamples(problem);
  }

  set(isOn: boolean): void {
    this.#isOn = isOn;
    this.#restUntil = Number.NEGATIVE_INFINITY;
  }

  get isDue(): boolean {
    return this.#isOn && this.#clock() >= this.#restUntil;
  }

  /** The statements' quantities on a student, or why there are none. */
  evaluate(student: Network): Theory | string {
    const started = this.#clock();
    const theory = this.#theoryOf(student);
    const ended = this.#clock();
    this.#restUntil = ended + restShare * (ended - started);
    return theory;
  }

  #theoryOf(student: Network): Theory | string {
    const problem = this.#problem;
    if (problem.kind === 'two-layer')
      return evaluateTheory(problem.teacher, student as TwoLayer, this.#samples, problem.rule.relu);
    const deep = student as DeepNetwork;
    if (problem.rule.crossEntropy)
      return 'the statements are about the squared error, this run has cross-entropy';
    const obstacle = deepTheoryObstacle(problem.teacher, deep);
    if (obstacle !== null) return obstacle;
    return evaluateDeepTheory(problem.teacher, deep, problem.activeNodes[0], this.#samples);
  }
}
