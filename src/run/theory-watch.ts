import type { Problem } from '../engine/engine.js';
import { type Matrix, takeRows } from '../net/matrix.js';
import { isTwoLayer, type Network } from '../net/network.js';
import { evaluateTheory, type Theory } from '../net/theory.js';
import type { TwoLayer } from '../net/two-layer.js';

/** Evaluation samples that the statements are checked on. */
const mostSamples = 1000;
/** Time to leave between two evaluations, in units of what one takes: a quarter of the time at most. */
const restShare = 3;

/** Checks the paper's statements on a run's student now and then, while somebody looks. */
export class TheoryWatch {
  readonly #teacher: TwoLayer | null;
  readonly #samples: Matrix;
  readonly #relu: boolean;
  readonly #clock: () => number;
  #isOn = false;
  #restUntil = Number.NEGATIVE_INFINITY;

  constructor(problem: Problem, clock: () => number) {
    const { evaluationSet } = problem;
    const count = Math.min(mostSamples, evaluationSet.rows);
    this.#samples = takeRows(
      evaluationSet,
      Array.from({ length: count }, (_, i) => i),
    );
    this.#teacher = problem.kind === 'two-layer' ? problem.teacher : null;
    this.#relu = problem.kind === 'two-layer' && problem.rule.relu;
    this.#clock = clock;
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
    if (!this.#teacher || !isTwoLayer(student)) return null;
    const started = this.#clock();
    const theory = evaluateTheory(this.#teacher, student, this.#samples, this.#relu);
    const ended = this.#clock();
    this.#restUntil = ended + restShare * (ended - started);
    return theory;
  }
}
