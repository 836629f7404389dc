import type { MultiLayerExperiment, TwoLayerExperiment } from '../experiment.js';

/** A setting that is fine alone and impossible beside the others. */
export type Conflict = {
  readonly key: keyof TwoLayerExperiment | keyof MultiLayerExperiment | 'imageSide';
  readonly got: string;
  readonly allowed: string;
};

/** Largest memory that an experiment may need, data and weights in double precision. */
const memoryLimitBytes = 2 * 1024 ** 3;

const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** What a setting contributes to an experiment's memory. */
export type MemoryPart = { readonly key: Conflict['key']; readonly value: unknown; readonly numbers: number };

/** Names the largest part of an experiment that needs too much memory. */
export const memoryConflict = (parts: readonly MemoryPart[]): Conflict | undefined => {
  const bytes = 8 * parts.reduce((sum, part) => sum + part.numbers, 0);
  if (bytes <= memoryLimitBytes) return undefined;
  const { key, value } = parts.reduce((a, b) => (b.numbers > a.numbers ? b : a));
  return {
    key,
    got: `${JSON.stringify(value)}, which makes the experiment need ${gibibytes(bytes)} of memory`,
    allowed: `at most ${gibibytes(memoryLimitBytes)} in all`,
  };
};

/**
 * Entries of the correlation matrices of one frame, teacher nodes times student nodes over the hidden layers. Eight bytes
 * each in the log, they stay within the longest line that is written and read (`longestLineBytes` of the log).
 */
export const mostFrameEntries = 25_000_000;

/** Names the width that makes frames too large for the log. */
export const frameConflict = (entries: number, key: Conflict['key'], value: unknown): Conflict | undefined =>
  entries <= mostFrameEntries
    ? undefined
    : {
        key,
        got: `${JSON.stringify(value)}, which makes ${entries} correlations a frame`,
        allowed: `at most ${mostFrameEntries} pairs of a teacher and a student node`,
      };

/** Number of different rows that are not all zero; Infinity when there are too many to count. */
const distinctRows = (choices: readonly number[], columns: number): number =>
  choices.length ** columns - (choices.includes(0) ? 1 : 0);

/** Rows of teacher weights that must all differ: how many are wanted, and of how many entries. */
export type WantedRows = {
  readonly nodes: string;
  readonly wanted: number;
  readonly inputs: string;
  readonly columns: number;
};

/** The first layer for whose rows the choices do not suffice. */
export const choiceConflict = (
  choices: readonly number[],
  layers: readonly WantedRows[],
  otherwise: string,
): Conflict | undefined => {
  const key = 'teacherChoices';
  const different = new Set(choices).size;
  const repeated = choices.length - different;
  if (repeated > 0) return { key, got: `${repeated} value(s) twice`, allowed: 'values all different' };
  const short = layers.find(({ wanted, columns }) => distinctRows(choices, columns) < wanted);
  if (short === undefined) return undefined;
  const { nodes, wanted, inputs, columns } = short;
  const possible = distinctRows(choices, columns);
  return {
    key,
    got: `${different} values, which make ${possible} different non-zero weight vectors over ${inputs}=${columns}`,
    allowed: `enough values for ${nodes}=${wanted} different ones, or ${otherwise}`,
  };
};

type Optimizer = { readonly optimizer?: 'sgd' | 'adam'; readonly momentum?: number };

/** Adam has no momentum of SGD's. */
export const optimizerConflict = ({ optimizer, momentum = 0 }: Optimizer): Conflict | undefined =>
  optimizer === 'adam' && momentum !== 0
    ? { key: 'momentum', got: `${momentum} with the optimizer adam`, allowed: '0' }
    : undefined;

/** The noise of Langevin dynamics has the variance that plain descent asks for. */
export const langevinConflict = ({
  temperature,
  optimizer,
  momentum = 0,
}: Optimizer & { readonly temperature?: number }): Conflict | undefined => {
  if (temperature === undefined || (optimizer !== 'adam' && momentum === 0)) return undefined;
  const rule = optimizer === 'adam' ? 'the optimizer adam' : `momentum ${momentum}`;
  return {
    key: 'temperature',
    got: `${temperature} with ${rule}`,
    allowed: 'no value but for plain descent',
  };
};
