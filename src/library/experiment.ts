/**
 * Experiments as settings, `import ... from 'teachtop/experiment'`: validated as presets and the command line are.
 *
 * @module
 */
export {
  completeExperiment,
  type Experiment,
  listPresets,
  loadPreset,
  type MultiLayerExperiment,
  type Preset,
  resolveExperiment,
  type TwoLayerExperiment,
} from '../experiment/index.js';
export { UserError } from '../input/index.js';
