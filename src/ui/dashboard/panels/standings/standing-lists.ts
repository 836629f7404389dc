import type { Standing, TeacherStanding } from '../../../../store/index.js';
import type { Pieces } from '../../../screen/panel-frame.js';
import type { Drawing } from '../../../terminal/drawing.js';
import { standingRole, standingSign } from './standing-signs.js';

/** What a list calls nodes, and how many these are: "4-7" are four. */
export type NodeName = { readonly text: string; readonly nodes: number };

/** Names of nodes in ascending order, three and more in a row in one: 0, 1, 4-7. */
export const nodeNames = (numbers: readonly number[]): NodeName[] => {
  const runs: number[][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last?.at(-1) === number - 1) last.push(number);
    else runs.push([number]);
  }
  return runs.flatMap((run) =>
    run.length > 2
      ? [{ text: `${run[0]}-${run[run.length - 1]}`, nodes: run.length }]
      : run.map((node) => ({ text: String(node), nodes: 1 })),
  );
};

/** The teacher nodes of a standing. */
export const nodesOf = (standings: readonly TeacherStanding[], wanted: Standing): number[] =>
  [...standings.keys()].filter((teacher) => standings[teacher].standing === wanted);

/** Standings of teacher nodes that are not learned, in the order of the legends. */
export const notLearned = ['partial', 'lost', 'none'] as const;

/** How many teacher nodes have a standing: a number before its sign is a count, "6 ◐". */
export const countOf = (standing: Standing, count: number, drawing: Drawing): Pieces[number] => [
  `${count} ${standingSign(standing, drawing)}`,
  standingRole(standing),
];

/** Which teacher nodes are not learned, "◐ t10-14,18"; then how many, where that is too long. */
export const notLearnedLists = (standings: readonly TeacherStanding[], drawing: Drawing): Pieces[] => {
  const groups = notLearned
    .map((standing) => ({ standing, nodes: nodesOf(standings, standing) }))
    .filter(({ nodes }) => nodes.length > 0);
  const said = (of: (standing: Standing, nodes: readonly number[]) => Pieces[number]): Pieces =>
    groups.flatMap(({ standing, nodes }) => [['  ', 'dim'], of(standing, nodes)]);
  return [
    said((standing, nodes) => [
      `${standingSign(standing, drawing)} t${nodeNames(nodes)
        .map(({ text }) => text)
        .join(',')}`,
      standingRole(standing),
    ]),
    said((standing, { length }) => countOf(standing, length, drawing)),
  ];
};
