import type { Problem } from '../engine/engine.js';
import { type Matrix, takeRows } from '../net/matrix.js';
import { isTwoLayer, type Network } from '../net/network.js';
import { evaluateTheory, type Theory } from '../net/theory.js';

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

  /** Null for students of several layers, about which the statements are not. */
  evaluate(student: Network): Theory | null {
    if (this.#problem.kind === 'multi-layer' || !isTwoLayer(student)) return null;
    const { teacher, rule } = this.#problem;
    const started = this.#clock();
    const theory = evaluateTheory(teacher, student, this.#samples, rule.relu);
    const ended = this.#clock();
    this.#restUntil = ended + restShare * (ended - started);
    return theory;
  }
}
