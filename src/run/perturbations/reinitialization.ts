import {
  bestMatchOfStudent,
  biasOf,
  fanOutWeights,
  incomingWeights,
  isSpecialized,
  mapSlice,
  resetNorm,
} from '../../net/index.js';
import { asMatrix, bestStudent, drawNodes, idleNodes, list, type StudentLayer } from './student-layer.js';

/** Student nodes without a correlation above the threshold to any teacher node. */
const unlearnedNodes = ({ metrics, threshold }: StudentLayer): number[] => {
  const best = bestMatchOfStudent(asMatrix(metrics)).correlation;
  return [...best.keys()].filter((node) => !isSpecialized(best[node], threshold));
};

/** Draws weights that read this many inputs, as the student's first ones were drawn. */
const drawFresh = ({ initialScale, random }: StudentLayer, inputs: number): number =>
  initialScale === null
    ? (2 * random.nextUniform() - 1) / Math.sqrt(inputs)
    : initialScale * random.nextNormal();

/** Numbers that each node of the layer above a layer reads. */
const inputsAbove = ({ student, index, metrics }: StudentLayer): number =>
  metrics.students * (fanOutWeights(student, index, 0).at(-1)?.length ?? 1);

const reinitializeNode = (layer: StudentLayer, node: number): void => {
  const { student, index, initialScale } = layer;
  const incoming = incomingWeights(student, index, node);
  mapSlice(incoming, () => drawFresh(layer, incoming.length));
  mapSlice(biasOf(student, index, node), () =>
    initialScale === null ? drawFresh(layer, incoming.length) : 0,
  );
  const inputs = inputsAbove(layer);
  for (const slice of fanOutWeights(student, index, node)) mapSlice(slice, () => drawFresh(layer, inputs));
  resetNorm(student, index, node);
};

/** Draws anew the nodes that match no teacher node, or those that do next to nothing. */
export const reinitialize = (layer: StudentLayer, which: 'unlearned' | 'idle'): string => {
  const nodes = which === 'unlearned' ? unlearnedNodes(layer) : idleNodes(layer);
  const meaning = which === 'unlearned' ? `match no teacher node above ${layer.threshold}` : 'are idle';
  if (nodes.length === 0) return `no student nodes${layer.where} ${meaning}: nothing changed`;
  for (const node of nodes) reinitializeNode(layer, node);
  return `re-initialized ${nodes.length} of ${layer.metrics.students} student nodes${layer.where} that ${meaning}: ${list(nodes)}`;
};

/** Draws the best match of a teacher node anew. */
export const reinitializeBestMatch = (layer: StudentLayer, teacher: number): string => {
  const node = bestStudent(teacher, layer);
  reinitializeNode(layer, node);
  return `re-initialized student node ${node}${layer.where}, the best match of teacher node ${teacher}`;
};

/** Draws some nodes anew, themselves drawn at random. */
export const reinitializeRandom = (layer: StudentLayer, count: number): string => {
  const nodes = drawNodes(layer, count);
  for (const node of nodes) reinitializeNode(layer, node);
  return `re-initialized ${nodes.length} student nodes${layer.where} drawn at random: ${list(nodes)}`;
};
