import { isSpecialized } from '../net/index.js';
import type { Frame } from '../protocol/index.js';

/** What a run came to when it was done. */
export type Outcome = {
  /** Of training. */
  readonly seconds: number;
  /** Teacher nodes of all layers, and how many of them were specialized at the threshold. */
  readonly teachers: number;
  readonly specialized: number;
  readonly threshold: number;
  readonly evalLoss: number;
};

export const outcomeOf = ({ layers, trainingSeconds, evalLoss }: Frame, threshold: number): Outcome => {
  const matches = layers.flatMap(({ bestMatchOfTeacher }) => bestMatchOfTeacher);
  const specialized = matches.filter((match) => isSpecialized(match, threshold)).length;
  return { seconds: trainingSeconds, teachers: matches.length, specialized, threshold, evalLoss };
};
