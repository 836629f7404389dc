/** One interface, three ways to train: our kernels, tfjs, and the naive oracle. */
export { createEngine, type EngineChoice, type EngineRequest } from './create.js';
export {
  type BatchLosses,
  type Engine,
  type EngineDescription,
  type EngineName,
  type EngineState,
  type Evaluation,
  type LayerCorrelations,
  noLosses,
  type Precision,
  type ReadableEngine,
  type StepReport,
} from './engine.js';
export { refusePrecision } from './offered-precision.js';
export { backendRule } from './tfjs/backend-order.js';
export { type BackendReport, reportBackends, type TfjsBackend, tfjsBackends } from './tfjs/tfjs-backend.js';
export { keepNarrow } from './wasm/builds.js';
export { isStrictVariant, olderKernels } from './wasm/older-kernels.js';
export { strictProduct } from './wasm/strict-product.js';
export { availableProcessors } from './wasm/threads/available-processors.js';
export { tryWideTiles } from './wasm/wide-tiles.js';
