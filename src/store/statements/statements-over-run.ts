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

/** The statements over a run: of its frames, in order, those that have them. `threshold`: what counts as specialized. */
export const statementsOverRun = (
  header: Header,
  frames: Iterable<Frame>,
  threshold: number,
): JudgedFrame[] => {
  const judged: JudgedFrame[] = [];
  let state = reduce(initialState, { ...header, threshold });
  for (const frame of frames) {
    state = reduce(state, frame);
    const theory = frame.statements;
    if (theory === undefined || typeof theory === 'string') continue;
    const census = symmetryCensus(theory.students);
    judged.push({ frame, theory, statements: statementsOf(state), census });
  }
  return judged;
};
