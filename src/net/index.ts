/** The mathematics in plain float64: networks, construction, training rules, metrics, theory. */

export { power, square } from './arithmetic/power.js';
export { backward, gradientArrays, type LayerGradient } from './backward.js';
export type { BatchNorm } from './batch-norm.js';
export { type Constraint, constrain, normalizeNetwork } from './constraints.js';
export { headPositions } from './construction/initialization.js';
export { drawInputs, drawOutputNoise, firstTrainingSet } from './construction/inputs.js';
export { createStudent, createTeacher } from './construction/networks.js';
export {
  multiLayerRules,
  type TrainingRules,
  trainingRules,
  twoLayerRules,
  type UpdateRule,
} from './construction/training-rules.js';
export { type Curvature, measureCurvature, pointKind } from './curvature/curvature.js';
export { forward, type LayerPass, type Pass, unitGrid } from './forward.js';
export { argMax, type LossName, lossGradient, meanSquare, topAgreement } from './loss.js';
export { type Matrix, multiply, rowNorm, takeColumns, takeRows, transpose, zeros } from './matrix.js';
export { bestMatchOfStudent, bestMatchOfTeacher, covered } from './metrics/best-match.js';
export { type ClassCounts, classCounts } from './metrics/class-counts.js';
export {
  type CorrelationFloor,
  correlation,
  RunningCorrelation,
  sumOfSquaresFloor,
  varianceFloor,
} from './metrics/correlation.js';
export { type LayerMetrics, RunningMetrics } from './metrics/evaluation.js';
export { gradientForms, type LayerForms, RunningForms } from './metrics/gradient-forms.js';
export { isSpecialized } from './metrics/is-specialized.js';
export { type LabelMetrics, labelMetrics } from './metrics/label-metrics.js';
export { observability } from './metrics/observability.js';
export {
  type Affine,
  copyNetwork,
  everyArray,
  type HiddenLayer,
  layersOfArrays,
  linear,
  type Network,
  relu,
  trainedArrays,
} from './network.js';
export {
  biasOf,
  fanOutNorms,
  fanOutWeights,
  incomingAngle,
  incomingWeights,
  mapSlice,
  nodesOf,
  resetNorm,
  type WeightSlice,
} from './nodes.js';
export {
  type ExpectedState,
  expectedState,
  PredictedCourse,
} from './online/predicted-course.js';
export {
  adamConstants,
  initialOptimizerState,
  type OptimizerSettings,
  type OptimizerState,
  stateOfSome,
  updateParameters,
} from './optimizer.js';
export { type Grid, inputGrid, inputRows } from './patches.js';
export { fusedProduct, type Product, plainProduct } from './product.js';
export { type RandomState, RandomStream, streamState } from './random.js';
export { type Richness, RichnessGauge } from './richness/richness.js';
export { editTrained, networkOfStacked, stacked, storedArrays, unstacked } from './stacked.js';
export { isStraight } from './theory/boundaries.js';
export { type SymmetryClass, symmetryCensus, symmetryClasses, symmetryOf } from './theory/symmetries.js';
export { evaluateTheory, type StatementId, statementIds, type Theory } from './theory/theory.js';
export { contributionNormsOf } from './theory/upper-layers.js';
