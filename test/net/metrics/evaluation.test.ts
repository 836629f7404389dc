import { describe, expect, test } from 'vitest';
import { backward } from '../../../src/net/backward.js';
import { forward } from '../../../src/net/forward.js';
import { lossGradient, topAgreement } from '../../../src/net/loss.js';
import type { Matrix } from '../../../src/net/matrix.js';
import { RunningMetrics } from '../../../src/net/metrics/evaluation.js';
import { gradientForms } from '../../../src/net/metrics/gradient-forms.js';
import type { Problem } from '../../../src/problem/problem.js';
import { deepProblem } from '../../support/deep-problems.js';

const point = { height: 1, width: 1 } as const;

type Measured = Pick<Problem, 'teacher' | 'student' | 'activeNodes' | 'correlationFloor' | 'gradientForms'>;
const metricsOf = ({ correlationFloor: floor, ...problem }: Measured): RunningMetrics =>
  new RunningMetrics({ ...problem, floor });

describe('metrics', () => {
  test('a student that is the teacher: a diagonal of 1, loss 0, every agreement', () => {
    const { evaluationSet, teacher, ...problem } = deepProblem();
    const evaluation = metricsOf({ ...problem, teacher, student: teacher });
    const { student, target } = evaluation.add(evaluationSet, point, 1);
    expect(lossGradient('mean-squared-error', student, target).loss).toBe(0);
    expect(topAgreement(student, target)).toEqual([100, 100, 100, 100, 100]);
    for (const { teachers, correlation } of evaluation.layers())
      for (let j = 0; j < teachers; j++) expect(correlation[j * teachers + j]).toBeCloseTo(1, 5);
  });

  test('chunks of a data set give what the whole gives', () => {
    const { evaluationSet, ...problem } = deepProblem({ gradientForms: true });
    const [whole, parts] = [0, 1].map(() => metricsOf(problem));
    whole.add(evaluationSet, point, 1);
    for (let i = 0; i < evaluationSet.rows; i++) {
      const row = { ...evaluationSet, rows: 1, data: evaluationSet.data.slice(6 * i, 6 * i + 6) };
      parts.add(row, point, 1 / evaluationSet.rows);
    }
    parts.layers().forEach((layer, l) => {
      const other = whole.layers()[l];
      expect(layer.observability).toEqual(other.observability);
      layer.correlation.forEach((value, i) => {
        expect(value).toBeCloseTo(other.correlation[i], 10);
      });
    });
    parts.forms()?.forEach(({ hTeacher }, l) => {
      hTeacher.data.forEach((value, i) => {
        expect(value).toBeCloseTo(whole.forms()?.[l].hTeacher.data[i] ?? Number.NaN, 10);
      });
    });
  });

  test('the forms give the gradient at a hidden layer: D (A h* - B h) (Tian 2019, multi-layer section)', () => {
    const { teacher, student, evaluationSet } = deepProblem({ hidden: [4, 3] });
    const x = { ...evaluationSet, rows: 1, data: evaluationSet.data.slice(0, 6) };
    const [ours, theirs] = [forward(student, x, point, true), forward(teacher, x, point, false)];
    const own = gradientForms(student, ours, student, ours);
    const cross = gradientForms(student, ours, teacher, theirs);
    const withOne = (values: Float64Array): number[] => [...values, 1];
    for (const l of [0, 1]) {
      const [h, t] = [withOne(ours.layers[l].output.data), withOne(theirs.layers[l].output.data)];
      const formed = ours.layers[l].output.data.map((_, k) => {
        const row = (m: Matrix, units: number[]): number =>
          units.reduce((sum, value, j) => sum + m.data[k * m.columns + j] * value, 0);
        return row(cross.h[l], t) - row(own.h[l], h);
      });
      const residual = { ...ours.output, data: ours.output.data.map((y, i) => theirs.output.data[i] - y) };
      const biases = backward(student, ours, residual)[l].bias ?? new Float64Array();
      formed.forEach((value, k) => {
        expect(value).toBeCloseTo(biases[k], 10);
      });
    }
  });

  test('a dead node correlates 0 with everything', () => {
    const { student, evaluationSet, ...problem } = deepProblem();
    student.hidden[1].weight.data.fill(0, 0, student.hidden[1].weight.columns);
    student.hidden[1].bias?.fill(-1, 0, 1);
    const evaluation = metricsOf({ ...problem, student });
    evaluation.add(evaluationSet, point, 1);
    const { correlation, students, teachers } = evaluation.layers()[1];
    for (let j = 0; j < teachers; j++) expect(correlation[j * students]).toBeCloseTo(0, 10);
  });
});
