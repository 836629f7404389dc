/** The mathematics in plain float64: networks, construction, training rules, metrics, theory. */
export type { BatchNorm } from './batch-norm.js';
export { headPositions } from './construction/initialization.js';
export { gaussianData, theoryData, uniformData } from './construction/inputs.js';
export { createDeepStudent } from './construction/multi-layer-student.js';
export { createDeepTeacher } from './construction/multi-layer-teacher.js';
export { createStudent } from './construction/two-layer-student.js';
export { createTeacher } from './construction/two-layer-teacher.js';
export {
  type Affine,
  copyDeepNetwork,
  type DeepNetwork,
  type DeepPass,
  deepBackward,
  deepForward,
  everyArray,
  gradientArrays,
  type HiddenLayer,
  type LayerGradient,
  type LayerPass,
  layersOfArrays,
  normalizeNetwork,
  trainedArrays,
} from './deep-network.js';
export { argMax, crossEntropy, meanSquaredError, topAgreement } from './loss.js';
export { type Matrix, rowNorm, takeColumns, takeRows, zeros } from './matrix.js';
export {
  type CorrelationFloor,
  correlationFloor,
  DeepEvaluation,
  gradientForms,
  RunningCorrelation,
} from './metrics/deep-metrics.js';
export {
  bestMatchOfStudent,
  bestMatchOfTeacher,
  correlation,
  covered,
  gradientStatistics,
  hiddenProduct,
  observability,
} from './metrics/metrics.js';
export {
  biasOf,
  copyTwoLayer,
  fanOutNorms,
  fanOutWeights,
  hiddenLayerCount,
  incomingWeights,
  isTwoLayer,
  mapSlice,
  type Network,
  nodesOf,
  resetNorm,
  stateArrays,
  trainedArraysOf,
  type WeightSlice,
} from './network.js';
export {
  adamConstants,
  initialOptimizerState,
  type OptimizerSettings,
  type OptimizerState,
  stateOfSome,
  updateParameters,
} from './optimizer.js';
export { type Grid, inputGrid, inputRows } from './patches.js';
export { type RandomState, RandomStream, streamState } from './random.js';
export { deepTheoryObstacle, evaluateDeepTheory } from './theory/deep-theory.js';
export { evaluateTheory } from './theory/theory.js';
export type { Theory } from './theory/theory-quantities.js';
export { forward, meanSquare, outputGradient, step, type TwoLayer, type UpdateRule } from './two-layer.js';
export { asDeep, asTwoLayer } from './two-layer-as-deep.js';
