import type { LayerPair, PairMessage } from '../../../../protocol/index.js';
import { correlationsOf, type State, sharingOf } from '../../../../store/index.js';
import { judged } from '../../../../words/index.js';
import { type TimeUnit, timeText } from '../../../charts/ticks/time-ticks.js';
import { type Pieces, writePieces } from '../../../screen/panel-frame.js';
import type { Canvas } from '../../../terminal/cells.js';
import type { Scene } from '../../scene.js';

/** What the run has answered about this pair, where it is of the frame on display. */
const answerOf = ({ pair: answer, frame }: State, pair: LayerPair): PairMessage | null =>
  answer !== null &&
  answer.step === frame?.step &&
  answer.layer === pair.layer &&
  answer.teacher === pair.teacher &&
  answer.student === pair.student
    ? answer
    : null;

/** A share of the data by its digit in a frame, which stands for twentieths. */
const seenShare = (digit: string): string =>
  digit === '.' ? 'never' : `${5 * Number(digit)}-${5 * Number(digit) + 5}%`;

/** The student node that holds a teacher node, and since when the teacher node is specialized: "s20 since 8". */
const holderOf = (
  { owners, specializedSince, header }: State,
  { layer, teacher }: LayerPair,
  unit: TimeUnit,
): string => {
  const [holder, since] = [owners[layer]?.[teacher] ?? null, specializedSince[layer]?.[teacher] ?? null];
  return holder === null || since === null || !header
    ? '-'
    : `s${holder} since ${timeText(since, header, unit)}`;
};

/** "s31 0.981": the student node that correlates most, where another holds the teacher node for it came first. */
const betterOf = ({ owners, frame, threshold }: State, { layer, teacher }: LayerPair): string | null => {
  const shown = frame?.layers[layer];
  const best = shown?.bestStudentOfTeacher[teacher];
  if (!shown || best === undefined || best === owners[layer]?.[teacher]) return null;
  return `s${best} ${judged(shown.bestMatchOfTeacher[teacher], threshold)}`;
};

/** Of a log the weights are not known; a run answers with its next frame. */
const fromWeights = (answer: PairMessage | null, value: number | null, isLog: boolean): string =>
  answer ? (value === null ? '-' : value.toFixed(2)) : isLog ? 'not in the log' : '-';

/** Facts about a cell, each a name and a value. */
const factsOf = ({ state, view, drawing }: Scene): readonly (readonly [string, string])[] => {
  const shown = state.frame?.layers[view.layer];
  if (!view.pair || !shown) return [];
  const { teacher, student } = view.pair;
  const pair = { layer: view.layer, teacher, student };
  if (shown.correlation[teacher]?.[student] === undefined) return [];
  const answer = answerOf(state, pair);
  const isLog = view.past?.ofLog ?? false;
  const angle = fromWeights(answer, answer?.angle ?? null, isLog);
  const facts: [string, string][] = [
    [`teacher ${teacher}`, `${drawing.norm} ${state.teacherStrength[view.layer][teacher].toPrecision(3)}`],
    [`student ${student}`, `${drawing.norm} ${shown.fanOutNorm[student].toPrecision(3)}`],
    ['correlation', judged(correlationsOf(shown, teacher)[student], state.threshold)],
    ['angle', answer?.angle === null && view.layer > 0 ? 'of other inputs' : angle],
    ['observability', seenShare(shown.observability[teacher][student])],
    ['learned by', holderOf(state, pair, view.timeUnit)],
  ];
  const better = betterOf(state, pair);
  if (better !== null) facts.push(['best', better]);
  const sharing = sharingOf(state, view.layer, teacher);
  if (sharing)
    facts.push([
      sharing.kind === 'alike' ? 'alike to all student nodes: teacher' : 'its student node matches teacher',
      sharing.teachers.join(' '),
    ]);
  if (answer || !isLog)
    facts.push([
      'biases',
      `${fromWeights(answer, answer?.teacherBias ?? null, isLog)} ${fromWeights(answer, answer?.studentBias ?? null, isLog)}`,
    ]);
  return facts;
};

/** Everything about the cell of the matrix that is asked about, in as many rows as there are. */
export const paintPair = (canvas: Canvas, scene: Scene): void => {
  let [x, y] = [1, 0];
  for (const [name, value] of factsOf(scene)) {
    const pieces: Pieces = [
      [`${name} `, 'dim'],
      [value, 'text'],
    ];
    const width = name.length + 1 + [...value].length;
    if (x + width > canvas.width) [x, y] = [1, y + 1];
    x = writePieces(canvas, x, y, pieces) + 2;
  }
};
