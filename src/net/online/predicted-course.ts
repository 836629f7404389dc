import type { Matrix } from '../matrix.js';
import { covarianceChange, type OnlineSetting } from './equations.js';
import { averagesOf, couplingsOf, covarianceOf, expectedLoss, type Machines } from './order-parameters.js';
import { Trajectory } from './trajectory.js';

/** How a student is trained on samples that are each used once. */
export type OnlineTraining = Machines & {
  readonly batchSize: number;
  readonly outputNoise: number;
  /** Learning rates from their steps on, the first from 0. */
  readonly rates: readonly { readonly step: number; readonly learningRate: number }[];
};

/** Order parameters as one covariance matrix, students first, and the loss that follows from them. */
export type ExpectedState = { readonly covariance: Matrix; readonly loss: number };

/** What the networks' order parameters and the closed-form loss are now. */
export const expectedState = (machines: Machines): ExpectedState => {
  const covariance = covarianceOf(machines);
  const outputs = machines.student.final.weight.rows;
  return {
    covariance,
    loss: expectedLoss(averagesOf(machines.student), covariance, couplingsOf(machines), outputs),
  };
};

/** The solution of the order parameters' equations from a student's start on. */
export class PredictedCourse {
  readonly #setting: OnlineSetting;
  readonly #dimension: number;
  readonly #outputs: number;
  readonly #nodes: number;
  readonly #trajectory: Trajectory;

  constructor({ batchSize, outputNoise, rates, ...machines }: OnlineTraining) {
    const { student, dataStd } = machines;
    const { weight } = student.hidden[0];
    const start = covarianceOf(machines);
    this.#dimension = weight.columns;
    this.#outputs = student.final.weight.rows;
    this.#nodes = start.rows;
    this.#setting = {
      averages: averagesOf(student),
      students: weight.rows,
      couplings: couplingsOf(machines),
      batchSize,
      noiseVariance: outputNoise * outputNoise,
    };
    const scale = this.#dimension * dataStd * dataStd;
    const jumps = rates.map(({ step, learningRate }) => ({
      time: step / this.#dimension,
      rate: scale * learningRate,
    }));
    const rateAt = (time: number): number => (jumps.findLast((jump) => jump.time <= time) ?? jumps[0]).rate;
    this.#trajectory = new Trajectory(
      (time, data) => covarianceChange(this.#setting, { ...start, data }, rateAt(time)).data,
      start.data,
      jumps.slice(1).map(({ time }) => time),
    );
  }

  /** Where the student is expected to be after so many steps; null where the equations diverge. */
  at(step: number): ExpectedState | null {
    const data = this.#trajectory.at(step / this.#dimension);
    if (data === null) return null;
    const covariance = { rows: this.#nodes, columns: this.#nodes, data };
    const { averages, couplings } = this.#setting;
    return { covariance, loss: expectedLoss(averages, covariance, couplings, this.#outputs) };
  }
}
