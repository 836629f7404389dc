import { createEngine, type EngineChoice, type EngineDescription } from '../engine/index.js';
import type { Visit } from './observation.js';
import { replay } from './trace-replay.js';
import type { Trace } from './traces/trace.js';

/** A trace and the engine that runs it again. */
export type TracedRun = {
  readonly trace: Trace;
  readonly description: EngineDescription;
  /** Once: the engine is left in the run's last state. */
  readonly replay: (visit: Visit) => void;
  readonly dispose: () => void;
};

/** Builds the chosen engine on a trace's problem. Errors: UserError where it cannot run it. */
export const openTrace = async (trace: Trace, choice: EngineChoice): Promise<TracedRun> => {
  const engine = await createEngine(trace.problem, choice);
  return {
    trace,
    description: engine.description,
    replay: (visit) => replay(trace, engine, visit),
    dispose: () => engine.dispose(),
  };
};
