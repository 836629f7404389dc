import { isSpecialized } from '../../net/index.js';
import type { LayerFrame } from '../frame.js';
import type { LayerSeries } from './frame-series.js';

/** Correlation from which the published script counts a student node as a match of a teacher node. */
const countedMatch = 0.9;

/**
 * Student nodes that correlate with each teacher node from 0.9 on, by the correlations as logged (3 decimals).
 * Source: luckmatters stats_operator.py, StatsCorr, "MatchCnt".
 */
export const matchCounts = ({ correlation }: Pick<LayerFrame, 'correlation'>): number[] =>
  correlation.map((row) => row.filter((value) => value >= countedMatch).length);

/** Numbers of each hidden layer, in the order of the exports. */
export const layerSeries: readonly LayerSeries[] = [
  {
    label: 'specialized teacher nodes',
    unit: 'nodes',
    better: 'higher',
    tag: 'specialized/layer_L',
    report: 'table of runs',
    absent: 'the best matches above the threshold',
    per: 'layer',
    of: ({ bestMatchOfTeacher }, threshold) =>
      bestMatchOfTeacher.filter((best) => isSpecialized(best, threshold)).length,
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
    of: ({ bestMatchOfTeacher }) => bestMatchOfTeacher,
  },
  {
    label: 'best student',
    unit: 'student node',
    better: null,
    wide: 'best_student.L.J',
    absent: 'the name of a node: in the long CSV it stands beside the best match',
    per: 'teacher',
    of: ({ bestStudentOfTeacher }) => bestStudentOfTeacher,
  },
  {
    label: 'student nodes that match from 0.9 on',
    unit: 'student nodes',
    better: null,
    long: 'match_count',
    wide: 'match_count.L.J',
    tag: 'match_count/layer_L/teacher_J',
    report: 'table of runs',
    per: 'teacher',
    of: matchCounts,
  },
  {
    label: 'fan-out norm',
    unit: '',
    better: null,
    long: 'fan_out_norm',
    report: 'l-shape',
    absent: 'student nodes are too many for columns and tags',
    per: 'student',
    of: ({ fanOutNorm }) => fanOutNorm,
  },
  {
    label: 'correlation',
    unit: 'correlation',
    better: null,
    long: 'correlation',
    report: 'l-shape',
    absent: 'pairs are too many for columns and tags',
    per: 'pair',
    of: ({ correlation }) => correlation,
  },
];
