/** What is run, as settings: fields, presets, conflicts, cadence. */
export { learningRateInEpoch, resolveFrameEvery, totalSteps, trainingCost } from './cadence.js';
export { changedTitle } from './changed-title.js';
export {
  applyGiven,
  applyOptions,
  applySettings,
  completeExperiment,
  draftExperiment,
  type ExperimentDraft,
  fieldsOf,
  resolveExperiment,
  restoreExperiment,
} from './draft.js';
export {
  type Experiment,
  type MultiLayerExperiment,
  studentWidth,
  type TwoLayerExperiment,
  theoryDataSize,
} from './experiment.js';
export { experimentJsonSchema } from './experiment-schema.js';
export { learningRateSchema } from './fields/common-fields.js';
export {
  type HiddenShape,
  hiddenShapes,
  isPruned,
  kernelSide,
  layerShapes,
  takesTeacherNode,
} from './layer-shapes.js';
export { listPresets, loadPreset, type Preset, presetJsonSchema } from './preset.js';
export { PresetShelf } from './preset-shelf.js';
export {
  changesAsSettings,
  type SettingRow,
  type Sheet,
  settingRows,
  sheetOf,
  sheetProblem,
  withoutChange,
  withStep,
  withTyped,
} from './sheet/sheet.js';
export { largestFileBytes, oneLine, ShippedFiles, showsField } from './shipped-files.js';
export {
  hasOrderParameters,
  orderObstacle,
  predictionObstacle,
  type SoftCommitteeExperiment,
  usesSamplesOnce,
} from './soft-committee.js';
export { type FileSettings, fileSettings, inputSource } from './sources.js';
