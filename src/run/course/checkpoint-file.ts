import * as z from 'zod';
import type { Precision } from '../../engine/index.js';
import {
  checkSeal,
  encodeSealed,
  networkTensors,
  readNetworkLike,
  readSafetensors,
  readSafetensorsMetadata,
  TensorTable,
} from '../../files/index.js';
import { later, UserError } from '../../input/index.js';
import type { Network } from '../../net/index.js';
import { changeCommandSchema } from '../../protocol/index.js';
import type { Checkpoint } from './checkpoint.js';
import type { Position } from './position.js';

/** The keys of a checkpoint's state are those of version 1, whatever the program calls the same things by now. */
const version = 1;

const word = z.int().min(0).max(0xffffffff);
const words = z.array(word).min(4).max(9);
const count = z.int().min(0);

const position = z.object({
  step: count,
  changes: z.array(
    z.object({
      step: count,
      command: changeCommandSchema,
      summary: z.string().max(2000),
      threshold: z.number(),
      random: words,
      intervention: count.exactOptional(),
    }),
  ),
});

const state = later(() =>
  z.object({
    version: z.literal(version),
    moment: position,
    samplerState: words,
    learningRate: z.number(),
    trainData: words,
    trainingSetFrom: words.nullable(),
    rate: z.object({ learningRate: z.number(), sinceEpoch: count }),
    diverged: z.boolean(),
    /** Redo targets. */
    left: z.array(z.object({ moment: position, summary: z.string().max(2000) })),
    branch: count,
    /** Where the control started. */
    fork: position.nullable(),
    cancelled: z.array(count).max(1000),
    threshold: z.number(),
    perturbationRandom: words,
    /** Whether the file was written with a checksum; missing in files of earlier builds. */
    sealed: z.boolean().default(false),
  }),
);
type State = z.output<typeof state>;

const stored = ({ step, changes }: Position): State['moment'] => ({
  step,
  changes: structuredClone(changes) as State['moment']['changes'],
});

const stateOf = (checkpoint: Checkpoint): State => {
  const { snapshot, branch, controlStart, cancelled, threshold, perturbationRandom } = checkpoint;
  const { engine, trainData, trainingSetOrigin, rate, diverged } = snapshot;
  return {
    version,
    moment: stored(snapshot),
    samplerState: Array.from(engine.samplerState),
    learningRate: engine.learningRate,
    trainData: Array.from(trainData),
    trainingSetFrom: trainingSetOrigin.kind === 'drawn' ? Array.from(trainingSetOrigin.from) : null,
    rate,
    diverged,
    left: checkpoint.redoTargets.map(({ position, summary }) => ({ moment: stored(position), summary })),
    branch,
    fork: controlStart && stored(controlStart),
    cancelled: [...cancelled],
    threshold,
    perturbationRandom: [...perturbationRandom],
    sealed: true,
  };
};

/**
 * A checkpoint as a safetensors file: "student." and "teacher." tensors under PyTorch's state-dict names, the
 * optimizer's arrays as "optimizer.K", everything else as JSON in the metadata under "teachtop".
 */
export const encodeCheckpoint = (
  checkpoint: Checkpoint,
  teacher: Network,
  precision: Precision,
): Uint8Array => {
  const { student, optimizer } = checkpoint.snapshot.engine;
  const arrays = optimizer.map((values, at) => ({
    name: `optimizer.${at}`,
    shape: [values.length],
    values,
    dtype: 'F64' as const,
  }));
  const dtype = precision === 'float32' ? ('F32' as const) : ('F64' as const);
  const networks = [...networkTensors(student, 'student.'), ...networkTensors(teacher, 'teacher.')];
  return encodeSealed([...networks.map((tensor) => ({ ...tensor, dtype })), ...arrays], {
    format: 'pt',
    teachtop: JSON.stringify(stateOf(checkpoint)),
  });
};

const parseState = (text: string | undefined, origin: string): State => {
  try {
    return state.parse(JSON.parse(text ?? 'null'));
  } catch {
    throw new UserError(`${origin}: not a checkpoint: got no state of version ${version} in its metadata`);
  }
};

/**
 * Reads what encodeCheckpoint wrote. `like`: a student of the same shape. Errors: UserError naming `origin` for a file
 * that is no checkpoint, is damaged, or is one of another network.
 */
export const decodeCheckpoint = (file: Uint8Array, origin: string, like: Network): Checkpoint => {
  const isSealed = checkSeal(file, origin);
  const table = new TensorTable(readSafetensors(file, origin), origin);
  const parsed = parseState(readSafetensorsMetadata(file, origin).teachtop, origin);
  if (parsed.sealed && !isSealed) throw new UserError(`${origin}: damaged: its checksum is gone`);
  const { left, branch, fork, cancelled, threshold, perturbationRandom } = parsed;
  const optimizer: Float64Array[] = [];
  for (let at = 0; table.has(`optimizer.${at}`); at++) optimizer.push(table.get(`optimizer.${at}`).values);
  const { trainingSetFrom } = parsed;
  return {
    snapshot: {
      ...parsed.moment,
      engine: {
        student: readNetworkLike(table, 'student.', like),
        samplerState: Uint32Array.from(parsed.samplerState),
        learningRate: parsed.learningRate,
        optimizer,
      },
      trainData: Uint32Array.from(parsed.trainData),
      trainingSetOrigin: trainingSetFrom
        ? { kind: 'drawn', from: Uint32Array.from(trainingSetFrom) }
        : { kind: 'initial' },
      rate: parsed.rate,
      diverged: parsed.diverged,
    },
    redoTargets: left.map(({ moment, summary }) => ({ position: moment, summary })),
    ...{ branch, controlStart: fork, cancelled, threshold, perturbationRandom },
  };
};
