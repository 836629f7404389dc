import { evaluateTheory, type Theory } from '../../net/index.js';
import type { Problem } from '../../problem/index.js';
import type { Course } from '../course/course.js';
import { shortened } from './shortened.js';

/** Pause after an evaluation, in units of its own time: evaluations take a quarter of the time at most. */
const restShare = 3;

/** What the statements take of a course. */
type WatchedCourse = Pick<Course, 'problem' | 'engine' | 'trainingSet' | 'learningRate'>;

/** Evaluates the paper's statements on a run's student now and then, while they are on the screen. */
export class TheoryWatch {
  readonly #clock: () => number;
  #isOn = false;
  #restUntil = Number.NEGATIVE_INFINITY;
  #evaluatedStep: number | null = null;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  set(isOn: boolean): void {
    this.#isOn = isOn;
    this.#evaluatedStep = null;
    this.#restUntil = Number.NEGATIVE_INFINITY;
  }

  get isDue(): boolean {
    return this.#isOn && this.#clock() >= this.#restUntil;
  }

  /** Whether somebody looks who has not seen this step. */
  isBehind(step: number): boolean {
    return this.#isOn && this.#evaluatedStep !== step;
  }

  /** The statements' quantities as a frame keeps them. */
  framed(course: WatchedCourse): Theory | string {
    return shortened(theoryOf(course));
  }

  /** The statements' quantities on the student of a course and its current training set, or why there are none. */
  evaluate(course: WatchedCourse & Pick<Course, 'step'>): Theory | string {
    const started = this.#clock();
    this.#evaluatedStep = course.step;
    const theory = theoryOf(course);
    const ended = this.#clock();
    this.#restUntil = ended + restShare * (ended - started);
    return theory;
  }
}

/** The next step of plain gradient descent; null under another rule. */
const plainStep = ({ rule }: Problem, learningRate: number) => {
  const { optimizer, constraints, frozenLayers, temperature } = rule;
  const isPlain = optimizer.method === 'sgd' && optimizer.momentum === 0 && optimizer.weightDecay === 0;
  return isPlain && constraints.length === 0 && temperature === 0 ? { learningRate, frozenLayers } : null;
};

const theoryOf = ({ problem, engine, trainingSet, learningRate }: WatchedCourse): Theory | string =>
  evaluateTheory({
    teacher: problem.teacher,
    student: engine.readState().student,
    activeNodes: problem.activeNodes,
    loss: problem.rule.loss,
    grid: problem.grid,
    step: plainStep(problem, learningRate),
    training: trainingSet,
    evaluation: problem.evaluationSet,
  });
