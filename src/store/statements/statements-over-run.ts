import { type SymmetryClass, symmetryCensus } from '../../net/index.js';
import type { Frame, Header } from '../../protocol/index.js';
import { initialState, reduce } from '../state.js';
import { type Statement, statementsOf } from './statements.js';

/** A frame that has the paper's statements, and how they are judged there. */
export type JudgedFrame = {
  readonly frame: Frame;
  readonly theory: Exclude<Frame['statements'], string | undefined>;
  readonly statements: readonly Statement[];
  /** Student nodes by what they are. */
  readonly census: Readonly<Record<SymmetryClass, number>>;
};

/**
 * Judges the statements of a run's frames, which it is to be given in order; null of a frame without them. `threshold`: what
 * counts as specialized.
 */
export const statementJudge = (header: Header, threshold: number): ((frame: Frame) => JudgedFrame | null) => {
  let state = reduce(initialState, { ...header, threshold });
  return (frame) => {
    state = reduce(state, frame);
    const theory = frame.statements;
    if (theory === undefined || typeof theory === 'string') return null;
    return { frame, theory, statements: statementsOf(state), census: symmetryCensus(theory.students) };
  };
};

/** The statements over a run: of its frames, in order, those that have them. `threshold`: what counts as specialized. */
export const statementsOverRun = (
  header: Header,
  frames: Iterable<Frame>,
  threshold: number,
): JudgedFrame[] => {
  const judge = statementJudge(header, threshold);
  const all: JudgedFrame[] = [];
  for (const frame of frames) {
    const judged = judge(frame);
    if (judged) all.push(judged);
  }
  return all;
};
