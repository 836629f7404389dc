import { isSpecialized } from '../net/index.js';
import type { FormsFrame, Frame, LayerFrame, RecordState, RunState } from '../protocol/index.js';
import { everSpecialized } from './holders.js';
import type { State } from './state.js';

/** The clock readings that are shown with a state: the frame's, or the run's where it is well beyond the frame. */
export const clockOf = ({ frame, ahead }: State): { stepsPerSecond: number; trainingSeconds: number } =>
  ahead ?? frame ?? { stepsPerSecond: 0, trainingSeconds: 0 };

/** The control's frame at the step of the frame on display; null where it has not shown one, or there is no control. */
export const controlFrameOf = ({ frame, control }: State): Frame | null =>
  control?.compared && control.compared.run === frame ? control.compared.control : null;

/** The step of the frame on display. */
export const stepOf = ({ frame }: State): number => frame?.step ?? 0;

/** How a run stands: what it says itself, and of one that was left before its end how. */
export const runStateOf = ({ runState, isStopped, isKilled }: State): RunState | RecordState => {
  if (isStopped) return 'stopped';
  return isKilled && (runState === 'running' || runState === 'paused') ? 'killed' : runState;
};

/** Whether a state's frame is on the way to the present: no jump has left the course that it is of. */
export const isOnWay = ({ frame, changesOfFrame }: State, { changes }: State): boolean => {
  const next = changes[changesOfFrame.length];
  return (
    frame !== null &&
    changesOfFrame.every((change, at) => change === changes[at]) &&
    (next === undefined || next.step >= frame.step)
  );
};

/** Teacher nodes of a layer that some student correlates with strictly above the threshold, and the others. */
export type Census = {
  readonly specialized: readonly number[];
  readonly unlearned: readonly number[];
};

export const census = (layer: LayerFrame, threshold: number): Census => {
  const nodes = [...layer.bestMatchOfTeacher.keys()];
  const above = (node: number): boolean => isSpecialized(layer.bestMatchOfTeacher[node], threshold);
  return { specialized: nodes.filter(above), unlearned: nodes.filter((node) => !above(node)) };
};

/** A teacher node's correlations, its best match to full precision: the matrix is rounded, verdicts are not. */
export const correlationsOf = (layer: LayerFrame, teacher: number): readonly number[] => {
  const best = layer.bestStudentOfTeacher[teacher];
  const exact = layer.bestMatchOfTeacher[teacher];
  return layer.correlation[teacher].map((rounded, student) => (student === best ? exact : rounded));
};

/** Other teacher nodes that no student node tells from this one: nodes with the same boundary correlate alike with all. */
export const twinsOf = ({ correlation }: LayerFrame, teacher: number): number[] =>
  [...correlation.keys()].filter(
    (other) =>
      other !== teacher &&
      correlation[other].every((value, student) => value === correlation[teacher][student]),
  );

/** The teacher nodes that one student node is above the threshold for: more than one where it cannot tell them apart. */
export const teachersOfStudent = (layer: LayerFrame, student: number, threshold: number): number[] =>
  layer.correlation.flatMap((row, teacher) => {
    const isBest = student === layer.bestStudentOfTeacher[teacher];
    const correlation = isBest ? layer.bestMatchOfTeacher[teacher] : row[student];
    return isSpecialized(correlation, threshold) ? [teacher] : [];
  });

/**
 * With which other teacher nodes a specialized one shares the student node that holds it: alike, where no student node
 * tells them apart, or shared, where this one is above the threshold for each; null where it has it alone.
 */
export const sharingOf = (
  state: State,
  layer: number,
  teacher: number,
): { readonly kind: 'alike' | 'shared'; readonly teachers: readonly number[] } | null => {
  const shown = state.frame?.layers[layer];
  const owner = state.owners[layer]?.[teacher];
  if (!shown || owner === undefined || !isSpecialized(shown.bestMatchOfTeacher[teacher], state.threshold))
    return null;
  const twins = twinsOf(shown, teacher);
  if (twins.length > 0) return { kind: 'alike', teachers: twins };
  const others = teachersOfStudent(shown, owner, state.threshold).filter((other) => other !== teacher);
  return others.length > 0 ? { kind: 'shared', teachers: others } : null;
};

/** The gradient forms of a layer of the frame on display; null where it has none. */
export const formsOfLayer = ({ frame }: State, layer: number): FormsFrame | null =>
  frame?.layers[layer]?.forms ?? null;

/** Seconds of training to come at a speed; null while that or the run's length is not known. */
export const remainingSeconds = (state: State, stepsPerSecond: number): number | null => {
  const { header, runState, ahead } = state;
  if (!header || header.totalSteps === null || !(stepsPerSecond > 0)) return null;
  if (runState === 'done' || runState === 'diverged') return null;
  return (header.totalSteps - (ahead?.step ?? stepOf(state))) / stepsPerSecond;
};

/** Share of the run's steps that have been taken, 0 to 1; 0 where the run's length is not known. */
export const progressShare = (state: State): number =>
  state.header?.totalSteps ? Math.min(1, stepOf(state) / state.header.totalSteps) : 0;

/** What a correlation is: above the threshold, alone in its row or one of several; on its way there; or none. */
export type CellClass = 'one' | 'several' | 'partial' | 'none';

/** What a teacher node is: learned by one student node or by several, lost again, on its way, or unlearned. */
export type Standing = CellClass | 'lost';

/** A teacher node's standing, and the student nodes that have learned it. */
export type TeacherStanding = { readonly standing: Standing; readonly learners: number };

/** Correlation from which a student that matches no teacher node yet counts as on its way. */
export const partialFrom = 0.5;

/** How many correlations of a teacher node are above the threshold: the student nodes that have learned it. */
export const learnersIn = (row: readonly number[], threshold: number): number =>
  row.reduce((count, value) => count + (isSpecialized(value, threshold) ? 1 : 0), 0);

/** Student nodes above the threshold for a teacher node, its best match judged to full precision. */
const learnersOf = (layer: LayerFrame, teacher: number, threshold: number): number => {
  const row = layer.correlation[teacher];
  const best = layer.bestStudentOfTeacher[teacher];
  let count = isSpecialized(layer.bestMatchOfTeacher[teacher], threshold) ? 1 : 0;
  for (let student = 0; student < row.length; student++)
    if (student !== best && isSpecialized(row[student], threshold)) count++;
  return count;
};

/** The class of a correlation in a row of which so many are above the threshold. */
export const cellClass = (correlation: number, learners: number, threshold: number): CellClass => {
  if (isSpecialized(correlation, threshold)) return learners > 1 ? 'several' : 'one';
  return correlation >= Math.min(partialFrom, threshold) ? 'partial' : 'none';
};

/** The standing of every teacher node of a layer. */
export const standingsOf = (state: State, layer: number): TeacherStanding[] => {
  const shown = state.frame?.layers[layer];
  if (!shown) return [];
  const { threshold } = state;
  const holders = state.holders.find((each) => each.threshold === threshold);
  return shown.bestMatchOfTeacher.map((best, teacher) => {
    const learners = learnersOf(shown, teacher, threshold);
    const now = cellClass(best, learners, threshold);
    const isLost = learners === 0 && holders !== undefined && everSpecialized(holders, layer, teacher);
    return { standing: isLost ? 'lost' : now, learners };
  });
};
