import { readFileSync, writeSync } from 'node:fs';

const [store, folder, seed] = process.argv.slice(2);
const { CheckpointStore } = await import(store);
const bytes = readFileSync(seed);
const checkpoints = new CheckpointStore(folder, (reason) => {
  throw new Error(reason);
});
/** Writes one checkpoint after another until it is killed, a dot at every turn. */
for (let step = 1; ; step++) {
  checkpoints.save(step, step, bytes);
  writeSync(1, '.');
  await new Promise(setImmediate);
}
