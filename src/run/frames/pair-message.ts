import { biasOf, incomingAngle, type Network } from '../../net/index.js';
import type { Problem } from '../../problem/index.js';
import type { LayerPair, PairMessage } from '../../protocol/index.js';

const biasOrNull = (network: Network, layer: number, node: number): number | null => {
  const { data, start, length } = biasOf(network, layer, node);
  return length === 0 ? null : data[start];
};

/**
 * What the weights of a teacher and a student node say; null where there are no such nodes. The weights of a layer above
 * the first read other nodes in the student than in the teacher: they have no angle.
 */
export const pairMessage = (
  { teacher, activeNodes }: Problem,
  student: Network,
  step: number,
  pair: LayerPair,
): PairMessage | null => {
  const { layer } = pair;
  const node = activeNodes[layer]?.[pair.teacher];
  if (node === undefined || !(pair.student < student.hidden[layer].weight.rows)) return null;
  return {
    type: 'pair',
    ...pair,
    step,
    angle: layer === 0 ? incomingAngle(teacher, node, student, pair.student, layer) : null,
    teacherBias: biasOrNull(teacher, layer, node),
    studentBias: biasOrNull(student, layer, pair.student),
  };
};
