import {
  bestMatchOfStudent,
  bestMatchOfTeacher,
  biasOf,
  fanOutNorms,
  fanOutWeights,
  incomingWeights,
  type LayerMetrics,
  type Matrix,
  mapSlice,
  type Network,
  nodesOf,
  type RandomStream,
  type WeightSlice,
} from '../../net/index.js';

/** What a perturbation may look at, beside the student that it changes. */
export type PerturbationContext = {
  /** The student's hidden layers on the evaluation set. */
  readonly layers: readonly LayerMetrics[];
  /** Correlation above which a node counts as specialized. */
  readonly threshold: number;
  /** Standard deviation of freshly drawn weights, biases 0; null: PyTorch's initialization. */
  readonly initialScale: number | null;
  /** Draws of this and later perturbations. */
  readonly random: RandomStream;
};

/** A hidden layer of the student, and what is known of it. */
export type StudentLayer = Omit<PerturbationContext, 'layers'> & {
  readonly student: Network;
  readonly index: number;
  readonly metrics: LayerMetrics;
  /** " of layer 2" in a network of several; empty in one of one. */
  readonly where: string;
};

/** Share of the largest fan-out norm below which a student node counts as idle. */
const idleShare = 0.01;

export const asMatrix = ({ teachers, students, correlation }: LayerMetrics): Matrix => ({
  rows: teachers,
  columns: students,
  data: correlation,
});

export const bestStudent = (teacher: number, { metrics }: StudentLayer): number =>
  bestMatchOfTeacher(asMatrix(metrics)).node[teacher];

export const list = (nodes: readonly number[]): string =>
  nodes.length > 12 ? `${nodes.slice(0, 12).join(' ')} and ${nodes.length - 12} more` : nodes.join(' ');

/** Student nodes with next to no fan-out, or never active: their correlation with every teacher node is exactly 0. */
export const idleNodes = ({ student, index, metrics }: StudentLayer): number[] => {
  const norms = fanOutNorms(student, index);
  const floor = idleShare * norms.reduce((a, b) => Math.max(a, b), 0);
  const best = bestMatchOfStudent(asMatrix(metrics)).correlation;
  return [...norms.keys()].filter((node) => norms[node] < floor || best[node] === 0);
};

export const valuesOf = (slices: readonly WeightSlice[]): number[] =>
  slices.flatMap(({ data, start, stride, length }) =>
    Array.from({ length }, (_, i) => data[start + i * stride]),
  );

export const writeValues = (slices: readonly WeightSlice[], values: readonly number[]): void => {
  let next = 0;
  for (const slice of slices) mapSlice(slice, () => values[next++]);
};

/** Zeroes every weight of a node. */
export const silence = ({ student, index }: StudentLayer, node: number): void => {
  const slices = [incomingWeights(student, index, node), biasOf(student, index, node)];
  for (const slice of [...slices, ...fanOutWeights(student, index, node)]) mapSlice(slice, () => 0);
};

/** So many different nodes of a layer, drawn at random, in their order; all where there are no more. Advances `random`. */
export const drawNodes = ({ student, index, random }: StudentLayer, count: number): number[] => {
  const left = Array.from({ length: nodesOf(student, index) }, (_, node) => node);
  const drawn: number[] = [];
  while (drawn.length < count && left.length > 0)
    drawn.push(...left.splice(random.nextIndex(left.length), 1));
  return drawn.sort((a, b) => a - b);
};
