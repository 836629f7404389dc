import { lstatSync } from 'node:fs';
import { basename } from 'node:path';
import { checkSeal } from '../../files/index.js';
import { readUserFile, UserError } from '../../input/index.js';
import type { Frame, RunEvent } from '../../protocol/index.js';
import type { Checkpoint } from '../course/checkpoint.js';
import { decodeCheckpoint } from '../course/checkpoint-file.js';
import type { Run } from '../run.js';
import { walk } from './walk.js';

/** A frame as far as it tells whether a run is where its log says. */
export type FrameMark = Pick<Frame, 'type' | 'step' | 'stateHash'>;

/** A checkpoint beside a log. */
export type LoggedCheckpoint = {
  readonly path: string;
  /** Lines of the log that say how the run came to it. */
  readonly line: number;
  /** The last frame among them. */
  readonly frame: FrameMark | null;
};

/** What is known from the log of a run that stopped. */
export type Resumption = {
  /** Latest first. */
  readonly checkpoints: readonly LoggedCheckpoint[];
  /** What changed the run, the first frame after each, and the last frame; with their places in the log. */
  readonly lines: readonly { readonly line: RunEvent | FrameMark; readonly number: number }[];
  /** What the log reports after the last of them. */
  readonly reports: readonly RunEvent[];
  /** The older build of the kernels that recorded the log, whose bits cannot be had again; null for any other engine. */
  readonly olderKernels: string | null;
};

/** A run at the end of its log. */
export type Resumed = {
  /** What the run said at its last line and the log does not have. */
  readonly unlogged: readonly (Frame | RunEvent)[];
  /** Checkpoints that could not be used, and why. */
  readonly notes: readonly string[];
};

const largestCheckpointBytes = 1024 ** 3;

const refuseOtherWeights = ({ step, stateHash }: Run, frame: FrameMark): UserError =>
  new UserError(
    `--resume: got other weights at step ${step} (${stateHash}) than the log has at step ${frame.step} (${frame.stateHash}), allowed: the same engine on a processor that gives the same bits`,
  );

const isAt = ({ step, stateHash }: Run, frame: FrameMark): boolean =>
  step === frame.step && stateHash === frame.stateHash;

/**
 * Reads a checkpoint and puts the run there. Returns whether a checksum says that it is as it was written; those of
 * earlier builds have none. Errors: UserError for one that is damaged, or of another past.
 */
const restoreCheckpoint = (run: Run, { path, frame }: LoggedCheckpoint): boolean => {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile())
    throw new UserError(`${path}: got no plain file, allowed: the checkpoint itself`);
  const bytes = readUserFile(path, largestCheckpointBytes);
  run.restore(decodeCheckpoint(bytes, path, run.networks.student));
  if (!frame || !isAt(run, frame)) throw new UserError(`${path}: got weights that the log does not have`);
  return checkSeal(bytes, path);
};

/** Events that follow from where a run is; what else is said on the way was said by the walk. */
const follows = (message: Frame | RunEvent): boolean =>
  message.type === 'frame' ||
  ['specialized', 'lost', 'diverged', 'done'].includes(message.event) ||
  (message.event === 'learning-rate' && message.cause === 'schedule');

const isSame = (a: RunEvent, b: Frame | RunEvent): boolean =>
  b.type === 'event' &&
  a.event === b.event &&
  a.step === b.step &&
  (!('teacher' in a) || ('teacher' in b && a.layer === b.layer && a.teacher === b.teacher));

/** What was said after the last line of the walk, without what the log reports. */
const unloggedOf = (
  said: readonly (Frame | RunEvent)[],
  last: RunEvent | FrameMark | undefined,
  reports: readonly RunEvent[],
): (Frame | RunEvent)[] => {
  const own = said.findLastIndex((message) =>
    last?.type === 'frame'
      ? message.type === 'frame'
      : message.type === 'event' && message.event === last?.event,
  );
  return said
    .slice(own + 1)
    .filter((message) => follows(message) && !reports.some((one) => isSame(one, message)));
};

/**
 * Makes a run that has just started what it was at the last line of its log: from the latest checkpoint that is sound and
 * of this log's past, else from its seed. `said`: gets what the run publishes. `onPiece`: called now and then while it
 * trains. Errors: UserError where this machine does not get the log's bits.
 */
export const resume = (
  run: Run,
  { checkpoints, lines, reports, olderKernels }: Resumption,
  said: (Frame | RunEvent)[],
  onPiece?: () => void,
): Resumed => {
  const notes: string[] = [];
  const seed: Checkpoint = run.checkpoint();
  const saidAtStart = said.splice(0);

  /** Leads the run from a start to the end of the log. Errors: UserError where it does not get there. */
  const follow = (from: number): (Frame | RunEvent)[] => {
    const left = lines.filter(({ number }) => number > from).map(({ line }) => line);
    let at = 0;
    for (const line of walk(run, left, onPiece)) {
      if (line.type === 'frame' && !olderKernels && !isAt(run, line)) throw refuseOtherWeights(run, line);
      const next = left[++at];
      if (next && (next.type === 'event' || next.step !== run.step)) said.length = 0;
    }
    return unloggedOf(said, left.at(-1), reports);
  };

  for (const checkpoint of checkpoints) {
    let isTrusted = false;
    try {
      isTrusted = restoreCheckpoint(run, checkpoint);
      said.length = 0;
      return { unlogged: follow(checkpoint.line), notes };
    } catch (error) {
      if (!(error instanceof UserError) || isTrusted) throw error;
      notes.push(`left out checkpoint ${basename(checkpoint.path)}: ${error.message}`);
    }
  }
  if (olderKernels)
    throw new UserError(
      `--resume: got a run without a checkpoint, recorded by an older build of the kernels (wasm ${olderKernels}), allowed: one with a checkpoint`,
    );
  run.restore(seed);
  said.splice(0, said.length, ...saidAtStart);
  return { unlogged: follow(0), notes };
};
