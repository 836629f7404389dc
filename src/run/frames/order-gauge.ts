import {
  type Experiment,
  hasOrderParameters,
  learningRateInEpoch,
  predictionObstacle,
  type SoftCommitteeExperiment,
} from '../../experiment/index.js';
import { type ExpectedState, expectedState, type Matrix, PredictedCourse } from '../../net/index.js';
import type { Frame } from '../../protocol/index.js';
import type { Course } from '../course/course.js';
import { significant } from './layer-frame.js';

type OrderFrame = NonNullable<Frame['orderParameters']>;

/** Rates of an undisturbed run, each from the step on at which it comes. */
const ratesOf = (experiment: SoftCommitteeExperiment) => {
  const { epochs, stepsPerEpoch, halvingPeriod } = experiment;
  const changes = halvingPeriod > 0 ? Math.ceil(epochs / halvingPeriod) : 1;
  return Array.from({ length: changes }, (_, at) => ({
    step: at * halvingPeriod * stepsPerEpoch,
    learningRate: learningRateInEpoch(experiment, at * halvingPeriod),
  }));
};

/** Rows [fromRow, toRow) of a block of columns. */
const block = (
  { columns, data }: Matrix,
  [fromRow, toRow]: readonly [number, number],
  [from, to]: readonly [number, number],
): number[][] =>
  Array.from({ length: toRow - fromRow }, (_, i) =>
    Array.from(data.subarray((fromRow + i) * columns + from, (fromRow + i) * columns + to), significant),
  );

/** Q and R of a covariance matrix whose first nodes are the student's. */
const ofStudent = ({ covariance, loss }: ExpectedState, students: number) => ({
  q: block(covariance, [0, students], [0, students]),
  r: block(covariance, [0, students], [students, covariance.rows]),
  loss: significant(loss),
});

/** Order parameters of a run's student, and what their equations predict of a run that nobody touches. */
export class OrderGauge {
  readonly #dataStd: number;
  /** Or why nothing is predicted. */
  readonly #predicted: PredictedCourse | string;

  private constructor(experiment: SoftCommitteeExperiment, { problem }: Course) {
    const { dataStd, batchSize, outputNoise = 0 } = experiment;
    const { student, teacher } = problem;
    this.#dataStd = dataStd;
    const rates = ratesOf(experiment);
    this.#predicted =
      predictionObstacle(experiment) ??
      new PredictedCourse({ student, teacher, dataStd, batchSize, outputNoise, rates });
  }

  /** Null for a run that the equations are not about. */
  static of(experiment: Experiment, course: Course): OrderGauge | null {
    return hasOrderParameters(experiment) ? new OrderGauge(experiment, course) : null;
  }

  measure({ engine, teacher, step }: Course): OrderFrame {
    const { student } = engine.readState();
    const state = expectedState({ student, teacher, dataStd: this.#dataStd });
    const students = student.hidden[0].weight.rows;
    const nodes = state.covariance.rows;
    const predicted = this.#predictedAt(step, students);
    return {
      ...ofStudent(state, students),
      t: block(state.covariance, [students, nodes], [students, nodes]),
      predicted,
    };
  }

  #predictedAt(step: number, students: number): OrderFrame['predicted'] {
    if (typeof this.#predicted === 'string') return this.#predicted;
    const state = this.#predicted.at(step);
    return state && ofStudent(state, students);
  }
}
