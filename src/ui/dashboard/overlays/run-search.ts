import type { RunList, RunRecord } from '../../../protocol/index.js';
import type { Overlay } from '../view.js';

export type RunsOverlay = Extract<Overlay, { kind: 'runs' }>;

/** Runs that have every word of the query in their name, title, state, seed or engine, in list order. */
export const searchRuns = (list: RunList | null, query: string): readonly RunRecord[] => {
  const words = query
    .toLowerCase()
    .split(' ')
    .filter((word) => word !== '');
  const textOf = ({ name, preset, title, state, seed, engine }: RunRecord): string =>
    `${name} ${preset} ${title} ${state} seed ${seed} ${engine}`.toLowerCase();
  return (list?.runs ?? []).filter((run) => words.every((word) => textOf(run).includes(word)));
};

/** The place of the chosen run among those that are found: the first where it is none of them. */
export const chosenAt = (found: readonly RunRecord[], { chosen }: RunsOverlay): number =>
  Math.max(
    0,
    found.findIndex(({ folder }) => folder === chosen),
  );
