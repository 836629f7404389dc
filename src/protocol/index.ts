/** What threads, logs and screens say to each other, schema and type in one place. */
export {
  type Breakpoint,
  type ChangeCommand,
  type Command,
  changeCommandSchema,
  type Intervention,
  type LayerPair,
  thresholdChoices,
} from './command.js';
export type { RunEvent } from './event.js';
export { matchCounts } from './fields/layer-fields.js';
export type { ForeignHeader } from './foreign-header.js';
export { type FormsFrame, type Frame, frameFields, type LayerFrame } from './frame.js';
export { formatVersion, type Header, isForeign, type OwnHeader, ownHeader, parseHeader } from './header.js';
export { logJsonSchema, parseLine } from './line.js';
export {
  type ConditionKind,
  isConditionChange,
  type Perturbation,
  type PerturbationEntry,
  type PerturbationKind,
  perturbationCatalog,
  perturbationKinds,
  type Setting,
  type StudentKind,
  settingsOf,
} from './perturbation.js';
export type { MenuNumber } from './perturbation-parameter.js';
export {
  type LayerSeries,
  type ListSeries,
  nameAt,
  type PairSeries,
  type RunSeries,
} from './series/frame-series.js';
export { layerSeries } from './series/layer-series.js';
export { listSeries, pairSeries, predictedOf, runSeries } from './series/run-series.js';
export {
  type ControlMessage,
  type CurvatureMessage,
  isResumable,
  type LogStatus,
  mostRedos,
  type PairMessage,
  type PresetSummary,
  type Progress,
  type RecordState,
  type RunList,
  type RunMessage,
  type RunRecord,
  type RunState,
  type Session,
  type SessionMessage,
  type Stage,
  type StartingMessage,
  type Status,
  type TheoryMessage,
} from './session.js';
