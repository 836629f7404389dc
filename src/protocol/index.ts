/** What threads, logs and screens say to each other, schema and type in one place. */
export { type PerturbationEntry, perturbationCatalog } from './perturbation-catalog.js';
export { perturbationSchema } from './perturbation-schema.js';
export {
  type Breakpoint,
  type Command,
  type ControlMessage,
  type FormsFrame,
  type Frame,
  formatVersion,
  type Header,
  type Intervention,
  type LayerFrame,
  type LogStatus,
  mostRedos,
  type Perturbation,
  type PresetSummary,
  type Progress,
  type RunEvent,
  type RunMessage,
  type RunState,
  type Session,
  type SessionMessage,
  type Status,
  type TheoryMessage,
} from './protocol.js';
export { parseHeader, parseLine } from './schema.js';
