import { type Experiment, takesTeacherNode, usesSamplesOnce } from '../../experiment/index.js';
import type { Perturbation } from '../../protocol/index.js';

/** The hidden layer that a perturbation is about. */
export const layerOf = (perturbation: Perturbation): number =>
  ('layer' in perturbation ? perturbation.layer : undefined) ?? 0;

const teachersOf = (perturbation: Perturbation): readonly number[] => {
  if ('teachers' in perturbation) return perturbation.teachers;
  return 'teacher' in perturbation ? [perturbation.teacher] : [];
};

/** Why an experiment has nothing for a perturbation to change; null when it has. */
const experimentProblem = (perturbation: Perturbation, experiment: Experiment): string | null => {
  switch (perturbation.kind) {
    case 'add-teacher-node':
      return takesTeacherNode(experiment)
        ? null
        : 'nodes are added to a teacher of one dense hidden layer without batch normalization';
    case 'batch-size':
      if (usesSamplesOnce(experiment))
        return 'online samples are drawn for the batches that the run started with';
      return perturbation.size > experiment.trainSize
        ? `there are ${experiment.trainSize} training samples`
        : null;
    default:
      return null;
  }
};

/**
 * Why a perturbation does not fit an experiment whose hidden teacher layers have these many nodes, or null when it
 * does. Perturbations come from keys, but also from logs that somebody else wrote.
 */
export const perturbationProblem = (
  perturbation: Perturbation,
  experiment: Experiment,
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
    ? experimentProblem(perturbation, experiment)
    : `there is no teacher node ${missing}: they go from 0 to ${teachers - 1}`;
};
