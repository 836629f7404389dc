import { UserError } from '../../input/index.js';
import {
  copyTwoLayer,
  correlation,
  forward,
  type Matrix,
  meanSquare,
  observability,
  outputGradient,
  RandomStream,
  step,
  type TwoLayer,
  takeRows,
} from '../../net/index.js';
import type { TwoLayerProblem } from '../../problem/index.js';
import {
  type BatchLosses,
  type Engine,
  type EngineState,
  type Evaluation,
  noLosses,
  type Precision,
  type StepReport,
} from '../engine.js';
import { addLoss } from '../losses.js';

/**
 * The oracle as an engine: plain double precision, one step at a time, slow and easy to believe.
 *
 * Errors: UserError for float32, which it does not offer.
 */
export const createNaiveEngine = (
  problem: TwoLayerProblem,
  { precision }: { readonly precision: Precision },
): Engine<TwoLayer> => {
  if (precision !== 'float64')
    throw new UserError(`engine naive: precision "${precision}" is not offered, allowed: "float64"`);
  const { teacher, evaluationSet, rule, batchSize } = problem;
  const teacherOn = (x: Matrix) => forward(teacher, x, rule.relu);
  const evaluationTarget = teacherOn(evaluationSet).output;
  let student = copyTwoLayer(problem.student);
  let sampler = new RandomStream(problem.samplerState);
  let learningRate = problem.learningRate;
  let trainingSet = problem.trainingSet;
  let trainingTarget = teacherOn(trainingSet).output;

  const stepOn = (rows: ArrayLike<number> | null): number =>
    rows === null
      ? step(student, trainingSet, trainingTarget, learningRate, rule)
      : step(student, takeRows(trainingSet, rows), takeRows(trainingTarget, rows), learningRate, rule);

  const run = (
    steps: number,
    rowsOf: (step: number) => ArrayLike<number> | null,
    before: BatchLosses,
  ): StepReport => {
    let losses = before;
    for (let i = 0; i < steps; i++) {
      const loss = stepOn(rowsOf(i));
      losses = addLoss(losses, loss);
      if (!Number.isFinite(loss)) return { steps: i + 1, diverged: true, losses };
    }
    return { steps, diverged: false, losses };
  };

  const select = (set: 'train' | 'eval') =>
    set === 'train'
      ? { x: trainingSet, target: trainingTarget }
      : { x: evaluationSet, target: evaluationTarget };

  return {
    description: { engine: 'naive', variant: 'plain', precision, threads: 1 },
    train: (steps, before = noLosses) =>
      run(
        steps,
        () =>
          batchSize === null
            ? null
            : Int32Array.from({ length: batchSize }, () => sampler.nextIndex(trainingSet.rows)),
        before,
      ),
    trainOn: (indices) => {
      const size = batchSize ?? trainingSet.rows;
      return run(indices.length / size, (i) => indices.subarray(i * size, (i + 1) * size), noLosses);
    },
    evaluate: (set): Evaluation => {
      const { x, target } = select(set);
      const teacherHidden = teacherOn(x).hidden;
      const { hidden, output } = forward(student, x, rule.relu);
      const layer = {
        teachers: teacher.w1.columns,
        students: student.w1.columns,
        correlation: correlation(teacherHidden, hidden).data,
        observability: observability(teacherHidden, hidden).data,
      };
      return {
        loss: meanSquare(outputGradient(target, output)),
        layers: [layer],
        topAgreement: null,
        gradientForms: null,
      };
    },
    loss: (set, rows = Number.POSITIVE_INFINITY) => {
      const { x, target } = select(set);
      const first = Array.from({ length: Math.min(rows, x.rows) }, (_, row) => row);
      const output = forward(student, takeRows(x, first), rule.relu).output;
      return meanSquare(outputGradient(takeRows(target, first), output));
    },
    setLearningRate: (rate) => {
      learningRate = rate;
    },
    setTrainingSet: (next) => {
      trainingSet = next;
      trainingTarget = teacherOn(next).output;
    },
    readState: (): EngineState<TwoLayer> => ({
      student: copyTwoLayer(student),
      samplerState: Uint32Array.from(sampler.state),
      learningRate,
      optimizer: [],
    }),
    writeState: (state) => {
      student = copyTwoLayer(state.student);
      sampler = new RandomStream(state.samplerState);
      learningRate = state.learningRate;
    },
    rebuild: (changed) => createNaiveEngine(changed, { precision }),
    dispose: () => undefined,
  };
};
