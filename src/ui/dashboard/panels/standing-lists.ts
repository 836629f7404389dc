import type { Standing, TeacherStanding } from '../../../store/index.js';
import type { Pieces } from '../../screen/panel-frame.js';
import type { Drawing } from '../../terminal/drawing.js';
import { standingRole, standingSign } from './standing-signs.js';

/** Numbers in ascending order, three and more in a row as a range: "0 1 4-7". */
export const numberRanges = (numbers: readonly number[]): string[] => {
  const runs: number[][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last?.at(-1) === number - 1) last.push(number);
    else runs.push([number]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${run[0]}-${run[run.length - 1]}`] : run.map(String)));
};

/** The teacher nodes of a standing. */
export const nodesOf = (standings: readonly TeacherStanding[], wanted: Standing): number[] =>
  [...standings.keys()].filter((teacher) => standings[teacher].standing === wanted);

/** Standings of teacher nodes that are not learned, in the order of the legends. */
export const notLearned = ['partial', 'lost', 'none'] as const;

/** Which teacher nodes are not learned, each after the sign of its standing; then how many, where that is too long. */
export const notLearnedLists = (standings: readonly TeacherStanding[], drawing: Drawing): Pieces[] => {
  const groups = notLearned
    .map((standing) => ({ standing, nodes: nodesOf(standings, standing) }))
    .filter(({ nodes }) => nodes.length > 0);
  const said = (of: (nodes: readonly number[]) => string): Pieces =>
    groups.map(({ standing, nodes }): Pieces[number] => [
      `  ${standingSign(standing, drawing)} ${of(nodes)}`,
      standingRole(standing),
    ]);
  return [said((nodes) => numberRanges(nodes).join(' ')), said((nodes) => `(${nodes.length})`)];
};
