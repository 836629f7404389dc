import { RandomStream } from '../experiment/random.js';
import { UserError } from '../experiment/user-error.js';
import { copy, type Matrix, takeRows } from '../net/matrix.js';
import { correlation, observability } from '../net/metrics.js';
import { forward, meanSquare, outputGradient, step, type TwoLayer } from '../net/two-layer.js';
import type { Engine, EngineState, Evaluation, Precision, Problem, StepReport } from './engine.js';

const copyNet = (net: TwoLayer): TwoLayer => ({ w1: copy(net.w1), w2: copy(net.w2) });

const summarize = (losses: readonly number[]): StepReport => ({
  steps: losses.length,
  diverged: losses.length > 0 && !Number.isFinite(losses[losses.length - 1]),
  minimumLoss: losses.length > 0 ? losses.reduce((a, b) => Math.min(a, b)) : Number.NaN,
  meanLoss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
  maximumLoss: losses.length > 0 ? losses.reduce((a, b) => Math.max(a, b)) : Number.NaN,
});

/**
 * The oracle as an engine: plain double precision, one step at a time, slow and easy to believe.
 *
 * Errors: UserError for float32, which it does not offer.
 */
export const createNaiveEngine = (
  problem: Problem,
  { precision }: { readonly precision: Precision },
): Engine => {
  if (precision !== 'float64')
    throw new UserError(`engine naive: precision "${precision}" is not offered, allowed: "float64"`);
  const { teacher, evaluationSet, rule, batchSize } = problem;
  const teacherOn = (x: Matrix) => forward(teacher, x, rule.relu);
  const evaluationTarget = teacherOn(evaluationSet).output;
  let student = copyNet(problem.student);
  let sampler = new RandomStream(problem.samplerState);
  let learningRate = problem.learningRate;
  let trainingSet = problem.trainingSet;
  let trainingTarget = teacherOn(trainingSet).output;

  const stepOn = (rows: ArrayLike<number> | null): number =>
    rows === null
      ? step(student, trainingSet, trainingTarget, learningRate, rule)
      : step(student, takeRows(trainingSet, rows), takeRows(trainingTarget, rows), learningRate, rule);

  const run = (steps: number, rowsOf: (step: number) => ArrayLike<number> | null): StepReport => {
    const losses: number[] = [];
    for (let i = 0; i < steps; i++) {
      const loss = stepOn(rowsOf(i));
      losses.push(loss);
      if (!Number.isFinite(loss)) break;
    }
    return summarize(losses);
  };

  const select = (set: 'train' | 'eval') =>
    set === 'train'
      ? { x: trainingSet, target: trainingTarget }
      : { x: evaluationSet, target: evaluationTarget };

  return {
    description: { engine: 'naive', variant: 'plain', precision },
    train: (steps) =>
      run(steps, () =>
        batchSize === null
          ? null
          : Int32Array.from({ length: batchSize }, () => sampler.nextIndex(trainingSet.rows)),
      ),
    trainOn: (indices) => {
      const size = batchSize ?? trainingSet.rows;
      return run(indices.length / size, (i) => indices.subarray(i * size, (i + 1) * size));
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
      return { loss: meanSquare(outputGradient(target, output)), layers: [layer] };
    },
    loss: (set) => {
      const { x, target } = select(set);
      return meanSquare(outputGradient(target, forward(student, x, rule.relu).output));
    },
    setLearningRate: (rate) => {
      learningRate = rate;
    },
    setTrainingSet: (next) => {
      trainingSet = next;
      trainingTarget = teacherOn(next).output;
    },
    readState: (): EngineState => ({
      student: copyNet(student),
      samplerState: Uint32Array.from(sampler.state),
      learningRate,
    }),
    writeState: (state) => {
      student = copyNet(state.student);
      sampler = new RandomStream(state.samplerState);
      learningRate = state.learningRate;
    },
    dispose: () => undefined,
  };
};
