import * as z from 'zod';
import { isSpecialized } from '../../net/index.js';
import { count, numbers, table } from '../values.js';
import { layerField } from './frame-field.js';

/** Correlation from which the published script counts a student node as a match of a teacher node. */
const countedMatch = 0.9;

/**
 * Student nodes that correlate with each teacher node from 0.9 on, by the correlations as logged (3 decimals).
 * Source: luckmatters stats_operator.py, StatsCorr, "MatchCnt".
 */
export const matchCounts = ({
  correlation,
}: {
  readonly correlation: readonly (readonly number[])[];
}): number[] => correlation.map((row) => row.filter((value) => value >= countedMatch).length);

/** What a frame says of each hidden layer, in the order of the exports. */
export const layerFields = {
  bestMatchOfTeacher: layerField(
    () => numbers.describe('Row maximum of the correlation, by teacher node; 6 significant digits.'),
    [
      {
        label: 'specialized teacher nodes',
        unit: 'nodes',
        better: 'higher',
        tag: 'specialized/layer_L',
        report: 'table of runs',
        absent: 'the best matches above the threshold',
        per: 'layer',
        of: (matches, threshold) => matches.filter((best) => isSpecialized(best, threshold)).length,
      },
      {
        label: 'best match',
        unit: 'correlation',
        better: 'higher',
        long: 'best_match',
        wide: 'best_match.L.J',
        tag: 'best_match/layer_L/teacher_J',
        report: 'run',
        per: 'teacher',
        of: (matches) => matches,
      },
    ],
  ),
  bestStudentOfTeacher: layerField(
    () => z.array(count).describe('The student node that attains it.'),
    [
      {
        label: 'best student',
        unit: 'student node',
        better: null,
        wide: 'best_student.L.J',
        absent: 'the name of a node: in the long CSV it stands beside the best match',
        per: 'teacher',
        of: (students) => students,
      },
    ],
  ),
  fanOutNorm: layerField(
    () =>
      numbers.describe(
        '||v_k|| of each student node, the length of its fan-out weights, bias excluded; 6 significant digits.',
      ),
    [
      {
        label: 'fan-out norm',
        unit: '',
        better: null,
        long: 'fan_out_norm',
        report: 'l-shape',
        absent: 'student nodes are too many for columns and tags',
        per: 'student',
        of: (norms) => norms,
      },
    ],
  ),
  correlation: layerField(
    () => table.describe('[teacher][student], rounded to 3 decimals.'),
    [
      {
        label: 'student nodes that match from 0.9 on',
        unit: 'student nodes',
        better: null,
        long: 'match_count',
        wide: 'match_count.L.J',
        tag: 'match_count/layer_L/teacher_J',
        report: 'table of runs',
        per: 'teacher',
        of: (correlation) => matchCounts({ correlation }),
      },
      {
        label: 'correlation',
        unit: 'correlation',
        better: null,
        long: 'correlation',
        report: 'l-shape',
        absent: 'pairs are too many for columns and tags',
        per: 'pair',
        of: (correlation) => correlation,
      },
    ],
  ),
  observability: layerField(() =>
    z
      .array(z.string().regex(/^[.0-9]*$/))
      .describe(
        'One string a teacher node, one character a student node: "." where no sample shows both sides of ' +
          "teacher j's boundary while student k is active, else a digit q: at least one sample and " +
          'q/20 <= share of samples < (q+1)/20 (9 also for the half itself).',
      ),
  ),
  forms: layerField(() =>
    z
      .object({ hStudent: table, betaStudent: table, hTeacher: table, betaTeacher: table })
      .exactOptional()
      .describe(
        "Means over the evaluation set of the paper's gradient forms, [student] by [student] or [teacher], constant " +
          'units last, rounded to 4 significant digits; only with `gradientForms`.',
      ),
  ),
};
