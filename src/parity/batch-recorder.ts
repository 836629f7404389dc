import type { Engine, Evaluation, StepReport } from '../engine/index.js';
import {
  bestMatchOfTeacher,
  forward,
  inputRows,
  type LayerForms,
  type Matrix,
  type Network,
  RunningCorrelation,
  takeRows,
  topAgreement,
} from '../net/index.js';
import { formRounding } from './form-rounding.js';
import {
  bestCorrelation,
  list,
  type Observation,
  type Observer,
  scalar,
  table,
  teacherByStudent,
} from './observation.js';
import type { Recorder } from './recorder.js';
import type { Trace } from './traces/trace.js';

type Named = Readonly<Record<string, Observation>>;

/** A value for each hidden layer, under NAME.L. */
const byLayer = <T>(name: string, values: readonly T[], observe: (value: T) => Observation): Named =>
  Object.fromEntries(values.map((value, l) => [`${name}.${l}`, observe(value)]));

/** Samples that rounding may move from one rank of outputs to another, in percent of `samples`. */
const agreement = (values: readonly number[], samples: number): Observation =>
  list(Float64Array.from(values), 100 / samples);

const lossNames = (set: 'train' | 'eval', loss: number): Named => ({
  [`${set}_mse_loss`]: scalar(loss),
  [`${set}_ce_loss_teacher`]: scalar(loss),
});

/** What an epoch's batches show, each before its update: what engines do not keep, on their own weights. */
class TrainStatistics {
  readonly #trace: Trace;
  readonly #correlations: readonly RunningCorrelation[];
  readonly #agreement = new Float64Array(5);
  readonly #weightNorms: Float64Array;
  readonly #biasNorms: Float64Array;
  #loss = 0;
  #batches = 0;

  constructor(trace: Trace) {
    const { teacher, student, correlationFloor: floor } = trace.problem;
    this.#trace = trace;
    this.#correlations = teacher.hidden.map(
      ({ weight }, l) => new RunningCorrelation(weight.rows, student.hidden[l].weight.rows, floor),
    );
    this.#weightNorms = new Float64Array(teacher.hidden.length + 1);
    this.#biasNorms = new Float64Array(teacher.hidden.length + 1);
  }

  /** `student`: the weights before the batch's update; mutates its running statistics. */
  addBatch(student: Network, x: Matrix): void {
    const { teacher, grid } = this.#trace.problem;
    const rows = inputRows(x, grid);
    const ofTeacher = forward(teacher, rows, grid, false);
    const ofStudent = forward(student, rows, grid, true);
    this.#correlations.forEach((running, l) => {
      running.add(ofTeacher.layers[l].output, ofStudent.layers[l].output);
    });
    topAgreement(ofStudent.output, ofTeacher.output).forEach((value, k) => {
      this.#agreement[k] += value;
    });
    this.#batches++;
  }

  addReport({ losses }: StepReport): void {
    this.#loss += losses.sum;
    for (let l = 0; l < this.#weightNorms.length; l++) {
      this.#weightNorms[l] += losses.gradientNorms.weights[l];
      this.#biasNorms[l] += losses.gradientNorms.biases[l];
    }
  }

  named(samples: number): Named {
    const mean = (sums: Float64Array): Float64Array => sums.map((sum) => sum / this.#batches);
    const correlations = this.#correlations.map((running) => running.correlation());
    return {
      ...lossNames('train', this.#loss / this.#batches),
      train_top5_teacher: agreement(Array.from(mean(this.#agreement)), samples),
      train_weight_grad_norms: list(mean(this.#weightNorms)),
      train_bias_grad_norms: list(mean(this.#biasNorms)),
      ...byLayer('train_corrs', correlations, table),
      ...byLayer('train_best_corr', correlations, (matrix) => list(bestMatchOfTeacher(matrix).correlation)),
    };
  }
}

const formNames = (trace: Trace, student: Network, forms: readonly LayerForms[]): Named => {
  const { teacher, evaluationSet } = trace.problem;
  const rounded = (matrix: Matrix, rounding: number): Observation => ({ ...table(matrix), rounding });
  const [withStudent, withTeacher] = [student, teacher].map((other) =>
    formRounding(student, other, evaluationSet),
  );
  return Object.assign(
    {},
    ...forms.map((form, l) => ({
      [`eval_Hs_ss.${l}`]: rounded(form.hStudent, withStudent.h[l]),
      [`eval_betas_ss.${l}`]: rounded(form.betaStudent, withStudent.beta[l]),
      [`eval_Hs_st.${l}`]: rounded(form.hTeacher, withTeacher.h[l]),
      [`eval_betas_st.${l}`]: rounded(form.betaTeacher, withTeacher.beta[l]),
    })),
  );
};

const evaluationNames = (trace: Trace, student: Network, evaluation: Evaluation): Named => {
  const { layers, loss, topAgreement: top, gradientForms } = evaluation;
  return {
    ...lossNames('eval', loss),
    ...byLayer('eval_corrs', layers, (layer) => table(teacherByStudent(layer, layer.correlation))),
    ...byLayer('eval_best_corr', layers, (layer) => list(bestCorrelation(layer))),
    ...(top ? { eval_top5_teacher: agreement(top, trace.problem.evaluationSet.rows) } : {}),
    ...(gradientForms ? formNames(trace, student, gradientForms) : {}),
  };
};

const tensor = (values: Float64Array, ...shape: number[]): Observation => ({ ...list(values), shape });

const affineNames = (name: string, { weight, bias }: Network['final'], kernel: readonly number[]): Named => {
  const inputs = weight.columns / kernel.reduce((product, side) => product * side, 1);
  return {
    [`${name}.weight`]: tensor(weight.data, weight.rows, inputs, ...kernel),
    ...(bias ? { [`${name}.bias`]: list(bias) } : {}),
  };
};

/** The student under PyTorch's state-dict names. */
const studentNames = ({ hidden, final, convolutional }: Network): Named =>
  Object.assign(
    affineNames('student.final_w', final, []),
    ...hidden.map((layer, l) => ({
      ...affineNames(`student.ws_linear.${l}`, layer, convolutional ? [3, 3] : []),
      ...(layer.norm
        ? {
            [`student.ws_bn.${l}.running_mean`]: list(layer.norm.runningMean),
            [`student.ws_bn.${l}.running_var`]: list(layer.norm.runningVariance),
          }
        : {}),
      ...(layer.norm?.weight ? { [`student.ws_bn.${l}.weight`]: list(layer.norm.weight) } : {}),
      ...(layer.norm?.bias ? { [`student.ws_bn.${l}.bias`]: list(layer.norm.bias) } : {}),
    })),
  );

/** Measures each batch before its update, and the evaluation set after each epoch, as the script of several layers does. */
export class BatchRecorder implements Recorder {
  readonly #trace: Trace;
  readonly #engine: Engine;
  /** Of the batches of the last epoch. */
  #train: Named = {};

  constructor(trace: Trace, engine: Engine) {
    this.#trace = trace;
    this.#engine = engine;
  }

  train(trainingSet: Matrix, rows: Int32Array): void {
    const batchSize = this.#trace.problem.batchSize ?? trainingSet.rows;
    const statistics = new TrainStatistics(this.#trace);
    for (let first = 0; first < rows.length; first += batchSize) {
      const batch = rows.subarray(first, first + batchSize);
      statistics.addBatch(this.#engine.readState().student, takeRows(trainingSet, batch));
      statistics.addReport(this.#engine.trainOn(batch));
    }
    this.#train = statistics.named(rows.length);
  }

  observe(): Observer {
    const { student } = this.#engine.readState();
    const named: Named = {
      ...this.#train,
      ...evaluationNames(this.#trace, student, this.#engine.evaluate('eval')),
      ...studentNames(student),
    };
    return (metric) => (Object.hasOwn(named, metric) ? named[metric] : undefined);
  }
}
