import type { Perturbation } from './protocol.js';

/** The hidden layer that a perturbation is about. */
export const layerOf = (perturbation: Perturbation): number =>
  ('layer' in perturbation ? perturbation.layer : undefined) ?? 0;

const teachersOf = (perturbation: Perturbation): readonly number[] => {
  if (perturbation.kind === 'swap-fan-out') return perturbation.teachers;
  return 'teacher' in perturbation ? [perturbation.teacher] : [];
};

/**
 * Why a perturbation does not fit teacher layers of these many nodes, or null when it does. Perturbations come
 * from keys, but also from logs that somebody else wrote.
 */
export const perturbationProblem = (
  perturbation: Perturbation,
  teachersByLayer: readonly number[],
): string | null => {
  const layer = layerOf(perturbation);
  const teachers = teachersByLayer[layer];
  if (teachers === undefined)
    return `there is no hidden layer ${layer}: they go from 0 to ${teachersByLayer.length - 1}`;
  const missing = teachersOf(perturbation).find(
    (teacher) => !Number.isInteger(teacher) || teacher < 0 || teacher >= teachers,
  );
  return missing === undefined
    ? null
    : `there is no teacher node ${missing}: they go from 0 to ${teachers - 1}`;
};
