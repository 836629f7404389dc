/**
 * Training without a screen, `import ... from 'teachtop/engine'`: draws teacher, student and data of an experiment, and
 * trains on our kernels, tfjs or the naive oracle.
 *
 * @module
 */
export {
  type BatchLosses,
  createEngine,
  type Engine,
  type EngineChoice,
  type EngineDescription,
  type EngineName,
  type EngineState,
  type Evaluation,
  type Precision,
  type StepReport,
} from '../engine/index.js';
export { bestMatchOfTeacher, type LayerMetrics, type Matrix, type Network } from '../net/index.js';
export { type PreparedRun, type Problem, prepareRun } from '../problem/index.js';
