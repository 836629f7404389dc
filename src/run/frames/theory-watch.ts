import {
  evaluateTheory,
  type Matrix,
  type Network,
  type Theory,
  takeRows,
  theoryObstacle,
} from '../../net/index.js';
import type { Problem } from '../../problem/index.js';

/** Evaluation samples that the statements are checked on. */
const mostSamples = 1000;
/** Pause after an evaluation, in units of its own time: evaluations take a quarter of the time at most. */
const restShare = 3;

const firstRows = (samples: Matrix): Matrix => {
  const count = Math.min(mostSamples, samples.rows);
  return takeRows(
    samples,
    Array.from({ length: count }, (_, i) => i),
  );
};

/** Evaluates the paper's statements on a run's student now and then, while they are on the screen. */
export class TheoryWatch {
  readonly #clock: () => number;
  #isOn = false;
  #restUntil = Number.NEGATIVE_INFINITY;
  /** The latest samples, and the evaluation set that they are the first of. */
  #first: { readonly of: Matrix; readonly samples: Matrix } | null = null;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  set(isOn: boolean): void {
    this.#isOn = isOn;
    this.#restUntil = Number.NEGATIVE_INFINITY;
  }

  get isDue(): boolean {
    return this.#isOn && this.#clock() >= this.#restUntil;
  }

  /** The statements' quantities on the student of a problem, or why there are none. */
  evaluate(problem: Problem, student: Network): Theory | string {
    const started = this.#clock();
    const theory = this.#theoryOf(problem, student);
    const ended = this.#clock();
    this.#restUntil = ended + restShare * (ended - started);
    return theory;
  }

  #theoryOf(problem: Problem, student: Network): Theory | string {
    const samples = this.#samplesOf(problem.evaluationSet);
    if (problem.rule.loss === 'cross-entropy')
      return 'the statements are about the squared error, this run has cross-entropy';
    const { teacher, activeNodes } = problem;
    return theoryObstacle(teacher, student) ?? evaluateTheory(teacher, student, activeNodes[0], samples);
  }

  #samplesOf(evaluationSet: Matrix): Matrix {
    if (this.#first?.of !== evaluationSet)
      this.#first = { of: evaluationSet, samples: firstRows(evaluationSet) };
    return this.#first.samples;
  }
}
