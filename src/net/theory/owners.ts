import { transpose } from '../matrix.js';
import { bestMatchOfStudent } from '../metrics/best-match.js';
import { nearestBoundary, sameBoundary } from './boundaries.js';
import type { LowestLayer } from './lowest-layer.js';

/** Correlation from which a student node is on its way to a teacher node. */
const partialFrom = 0.5;

/**
 * By student node the teacher node that it belongs to, by position among the active ones: the one whose boundary it has, or
 * that it correlates with best; null where it is on its way to none.
 */
export const ownersOf = ({ cosines, correlation }: LowestLayer): (number | null)[] => {
  const ofTeachers = transpose(cosines.across);
  const best = bestMatchOfStudent(correlation.evaluation);
  return Array.from({ length: ofTeachers.rows }, (_, k) => {
    if (sameBoundary(ofTeachers, k).length > 0) return nearestBoundary(ofTeachers, k).node;
    return best.correlation[k] >= partialFrom ? best.node[k] : null;
  });
};
