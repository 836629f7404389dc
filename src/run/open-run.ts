import { createEngine, type EngineChoice, strictProduct } from '../engine/index.js';
import type { Experiment } from '../experiment/index.js';
import { loadExperimentFiles } from '../files/index.js';
import { drawInputsOnce, prepareRun } from '../problem/index.js';
import { type Breakpoint, type Header, type Intervention, ownHeader, type Stage } from '../protocol/index.js';
import type { RunIdentity } from './frames/run-header.js';
import { Run, type RunOptions } from './run.js';

/** What fixes a run, before its data, networks and engine are made. */
export type RunSetup = {
  readonly identity: RunIdentity;
  readonly experiment: Experiment;
  readonly engine: EngineChoice;
  /** Folder of data sets and weights; null when there is none. */
  readonly dataFolder: string | null;
  readonly threshold: number;
  readonly interventions: readonly Intervention[];
  readonly breakpoints: readonly Breakpoint[];
};

/** An outlet that says behind the first frame why another engine trains than was asked for. */
const telling = (instead: string | null, publish: RunOptions['publish']): RunOptions['publish'] => {
  let untold = instead;
  return (message) => {
    publish(message);
    if (message.type !== 'frame' || untold === null) return;
    const summary = untold;
    untold = null;
    publish({ type: 'event', step: message.step, event: 'refused', summary });
  };
};

/** Loads files, makes data, networks and engine; only how far it is is published yet. Errors: UserError for what cannot be used. */
export const openRun = async (
  { engine: choice, dataFolder, ...setup }: RunSetup,
  outlets: Pick<RunOptions, 'clock' | 'publish'>,
): Promise<Run> => {
  const { experiment } = setup;
  const tell = (stage: Stage): void => outlets.publish({ type: 'stage', stage });
  tell('drawing data');
  const files = loadExperimentFiles(experiment, dataFolder);
  const drawn = files.inputs ? null : drawInputsOnce(experiment, null);
  tell('tuning the teacher');
  const prepared = prepareRun(experiment, files, drawn, await strictProduct());
  tell('compiling');
  let instead: string | null = null;
  const engine = await createEngine(prepared.problem, choice, (reason) => {
    instead = reason;
  });
  tell('first evaluation');
  return new Run({ ...setup, engine, prepared, ...outlets, publish: telling(instead, outlets.publish) });
};

/**
 * The setup of a log's run, for this engine. It has no interventions and breakpoints: what they did is among the log's
 * events. Errors: UserError for a log of another trainer.
 */
export const loggedSetup = (header: Header, engine: EngineChoice, dataFolder: string | null): RunSetup => {
  const { program, preset, title, startedAt, threshold, frameEvery, experiment: logged } = ownHeader(header);
  const identity = { program, preset, title, startedAt };
  // What `auto` came to when the run started: a later build may choose otherwise.
  const experiment = { ...logged, frameEvery };
  return { identity, experiment, engine, dataFolder, threshold, interventions: [], breakpoints: [] };
};
