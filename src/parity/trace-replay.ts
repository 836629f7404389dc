import type { Engine } from '../engine/index.js';
import { BatchRecorder } from './batch-recorder.js';
import type { Visit } from './observation.js';
import type { Recorder } from './recorder.js';
import type { Trace } from './traces/trace.js';
import { WholeSetRecorder } from './whole-set-recorder.js';

const recorderOf = (trace: Trace, engine: Engine): Recorder =>
  trace.measuredOn === 'batches' ? new BatchRecorder(trace, engine) : new WholeSetRecorder(trace, engine);

/**
 * Re-runs a trace on its own batches and calls back before the first update and after each epoch, with a new training
 * set, where the trace has one, only after that. Source: luckmatters recon_two_layer.py, `run`; recon_multilayer.py,
 * `optimize`.
 *
 * The engine must have been made from `trace.problem`; it is left in the run's last state.
 */
export const replay = (trace: Trace, engine: Engine, visit: Visit): void => {
  const recorder = recorderOf(trace, engine);
  let { trainingSet } = trace.problem;
  visit(0, recorder.observe(trainingSet));
  for (let epoch = 0; epoch < trace.epochs; epoch++) {
    const next = epoch > 0 ? trace.laterTrainingSets?.[epoch - 1] : undefined;
    if (next !== undefined) {
      trainingSet = next;
      engine.setTrainingSet({ trainingSet: next, outputNoise: null });
    }
    engine.setLearningRate(trace.learningRates[epoch]);
    if (trace.batches === null) engine.train(trace.stepsPerEpoch);
    else recorder.train(trainingSet, trace.batches[epoch]);
    visit(epoch + 1, recorder.observe(trainingSet));
  }
};
