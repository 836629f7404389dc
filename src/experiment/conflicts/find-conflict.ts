import type { Experiment } from '../experiment.js';
import type { Conflict } from './conflict.js';
import { findMultiLayerConflict } from './multi-layer-conflicts.js';
import { findTwoLayerConflict } from './two-layer-conflicts.js';

/** The first reason why valid settings cannot run together; undefined when they can. */
export const findConflict = (experiment: Experiment): Conflict | undefined =>
  experiment.kind === 'multi-layer' ? findMultiLayerConflict(experiment) : findTwoLayerConflict(experiment);
