import { biasOf, fanOutNorms, fanOutWeights, incomingWeights, mapSlice, nodesOf } from '../../net/index.js';
import { addRelativeNoise } from './noise.js';
import {
  bestStudent,
  drawNodes,
  idleNodes,
  list,
  type StudentLayer,
  silence,
  valuesOf,
  writeValues,
} from './student-layer.js';

/** Zeroes the best match of a teacher node. */
export const killBestMatch = (layer: StudentLayer, teacher: number): string => {
  const node = bestStudent(teacher, layer);
  silence(layer, node);
  return `killed student node ${node}${layer.where}, the best match of teacher node ${teacher}`;
};

/** Zeroes the nodes that do next to nothing. */
export const killIdle = (layer: StudentLayer): string => {
  const nodes = idleNodes(layer);
  if (nodes.length === 0) return `no student nodes${layer.where} are idle: nothing changed`;
  for (const node of nodes) silence(layer, node);
  return `killed ${nodes.length} idle student nodes${layer.where}: ${list(nodes)}`;
};

/** Zeroes some nodes drawn at random. */
export const killRandom = (layer: StudentLayer, count: number): string => {
  const nodes = drawNodes(layer, count);
  for (const node of nodes) silence(layer, node);
  return `killed ${nodes.length} student nodes${layer.where} drawn at random: ${list(nodes)}`;
};

/** Adds Gaussian noise of one standard deviation to all weights and biases that a layer's nodes read with. */
export const addLayerNoise = (layer: StudentLayer, deviation: number): string => {
  const { student, index, random, where } = layer;
  const nodes = nodesOf(student, index);
  for (let node = 0; node < nodes; node++)
    for (const slice of [incomingWeights(student, index, node), biasOf(student, index, node)])
      mapSlice(slice, (weight) => weight + deviation * random.nextNormal());
  return `noise of standard deviation ${deviation} on the incoming weights of ${nodes} student nodes${where}`;
};

/** Adds Gaussian noise of `scale` times their root-mean-square to the weights and biases that a layer's nodes read with. */
export const addRelativeLayerNoise = (layer: StudentLayer, scale: number): string => {
  const { student, index, random, where } = layer;
  const slices = Array.from({ length: nodesOf(student, index) }, (_, node) => [
    incomingWeights(student, index, node),
    biasOf(student, index, node),
  ]).flat();
  const values = valuesOf(slices);
  addRelativeNoise(values, scale, random);
  writeValues(slices, values);
  return `noise of ${scale}x RMS on the incoming weights of ${nodesOf(student, index)} student nodes${where}`;
};

/** Puts a copy of a teacher node's best match in place of the node with the least fan-out; each keeps half of it. */
export const duplicate = (layer: StudentLayer, teacher: number): string => {
  const { student, index, where } = layer;
  const source = bestStudent(teacher, layer);
  const norms = fanOutNorms(student, index);
  const target = [...norms.keys()]
    .filter((node) => node !== source)
    .reduce((least, node) => (norms[node] < norms[least] ? node : least), source === 0 ? 1 : 0);
  if (norms.length < 2) return `there is one student node${where}: nothing changed`;
  for (const part of [incomingWeights, biasOf])
    writeValues([part(student, index, target)], valuesOf([part(student, index, source)]));
  const half = valuesOf(fanOutWeights(student, index, source)).map((weight) => weight / 2);
  for (const node of [source, target]) writeValues(fanOutWeights(student, index, node), half);
  return `duplicated student node ${source}${where}, the best match of teacher node ${teacher}, in place of node ${target}`;
};

/** Multiplies the fan-out of a teacher node's best match. */
export const scaleFanOut = (layer: StudentLayer, teacher: number, factor: number): string => {
  const node = bestStudent(teacher, layer);
  for (const slice of fanOutWeights(layer.student, layer.index, node))
    mapSlice(slice, (weight) => factor * weight);
  return `multiplied the fan-out of student node ${node}${layer.where}, the best match of teacher node ${teacher}, by ${factor}`;
};

/** Turns the fan-out of a teacher node's best match towards a random direction at right angles, its length kept. */
export const rotateFanOut = (layer: StudentLayer, teacher: number, degrees: number): string => {
  const { student, index, random, where } = layer;
  const node = bestStudent(teacher, layer);
  const slices = fanOutWeights(student, index, node);
  const before = valuesOf(slices);
  const squared = before.reduce((sum, weight) => sum + weight * weight, 0);
  if (before.length < 2 || squared === 0)
    return `the fan-out of student node ${node}${where} has no direction to turn: nothing changed`;
  const drawn = before.map(() => random.nextNormal());
  const along = drawn.reduce((sum, value, at) => sum + value * before[at], 0) / squared;
  const aside = drawn.map((value, at) => value - along * before[at]);
  const scale = Math.sqrt(squared) / Math.hypot(...aside);
  const angle = (degrees * Math.PI) / 180;
  writeValues(
    slices,
    before.map((weight, at) => Math.cos(angle) * weight + Math.sin(angle) * scale * aside[at]),
  );
  return `turned the fan-out of student node ${node}${where}, the best match of teacher node ${teacher}, by ${degrees} degrees`;
};
