import { type ClassCounts, classCounts, type LabelMetrics, labelMetrics } from '../../net/index.js';
import type { Course } from '../course/course.js';
import { shortened } from './shortened.js';

/** How the student of a course does on the labels of its evaluation samples, as frames keep it; null without labels. */
export const courseLabels = ({ problem, engine, product }: Course): LabelMetrics | null => {
  const { evaluationLabels: labels, evaluationSet: x, grid } = problem;
  return labels && shortened(labelMetrics(engine.readState().student, { x, labels, grid }, product));
};

/** The classes of the evaluation samples of a course. */
export const courseClasses = ({ problem, engine, teacher, product }: Course): ClassCounts => {
  const { evaluationLabels: labels, evaluationSet: x, grid } = problem;
  return classCounts({ teacher, student: engine.readState().student }, { x, labels, grid }, product);
};
