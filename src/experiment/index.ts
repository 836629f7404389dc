/** What is run, as settings: fields, presets, conflicts, cadence. */
export { learningRateInEpoch, resolveFrameEvery, totalSteps } from './cadence.js';
export {
  applyGiven,
  applyOptions,
  applySettings,
  completeExperiment,
  draftExperiment,
  type ExperimentDraft,
  resolveExperiment,
  restoreExperiment,
} from './draft.js';
export {
  type Experiment,
  experimentFields,
  type MultiLayerExperiment,
  studentWidth,
  type TwoLayerExperiment,
  theoryDataSize,
} from './experiment.js';
export { experimentJsonSchema } from './experiment-schema.js';
export { hiddenShapes, kernelSide, layerShapes } from './layer-shapes.js';
export { listPresets, loadPreset, type Preset, presetJsonSchema } from './preset.js';
