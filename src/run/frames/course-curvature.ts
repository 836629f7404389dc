import { type Curvature, measureCurvature } from '../../net/index.js';
import type { Course } from '../course/course.js';
import { shortened } from './shortened.js';

/** The curvature of the loss at the student of a course and on its current training set, as frames keep it. */
export const courseCurvature = ({ problem, engine, trainingSamples }: Course): Curvature | string =>
  shortened(
    measureCurvature({
      teacher: problem.teacher,
      student: engine.readState().student,
      rule: problem.rule,
      grid: problem.grid,
      ...trainingSamples,
    }),
  );
