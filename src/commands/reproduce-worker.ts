import { parentPort } from 'node:worker_threads';
import type { EngineChoice } from '../engine/index.js';
import type { Experiment } from '../experiment/index.js';
import { runSeed } from '../parity/index.js';

/** One seed to run, as the main thread sends it; the answer is what `runSeed` resolves to. */
export type SeedJob = {
  readonly experiment: Experiment;
  readonly epochs: readonly number[];
  readonly choice: EngineChoice;
};

parentPort?.on('message', async ({ experiment, epochs, choice }: SeedJob) => {
  parentPort?.postMessage(await runSeed(experiment, epochs, choice));
});
