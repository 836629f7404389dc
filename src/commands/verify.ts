import { isDeepStrictEqual } from 'node:util';
import { olderKernels } from '../engine/index.js';
import { UserError } from '../input/index.js';
import { LogIndex } from '../log/index.js';
import { type Frame, frameFields, type Header, parseLine } from '../protocol/index.js';
import { loggedEngine, replay } from '../run/index.js';
import { grouped } from '../words/index.js';
import type { Context, RunCommand } from './command-row.js';
import { ProgressLine } from './host/progress-line.js';
import { runPath } from './runs/run-path.js';

/**
 * What holds the fields of a frame that the run's bits do not: nothing, of a clock's reading; or the weights, of what is
 * measured on them in double precision, which builds may do more exactly than earlier ones, and of means since the frame
 * before, which some builds began elsewhere where a run was gone on with. Then it is called so.
 */
const heldOtherwise: Readonly<Partial<Record<keyof Frame, 'clock' | { readonly called: string }>>> = {
  ...{ stepsPerSecond: 'clock', trainingSeconds: 'clock' },
  batchLoss: { called: 'minibatch losses' },
  gradientNorms: { called: 'gradient norms' },
  statements: { called: 'the statements' },
  curvature: { called: 'the curvature' },
  richness: { called: 'lazy or rich' },
  orderParameters: { called: 'order parameters' },
};

const measured = Object.entries(heldOtherwise).flatMap(([field, by]) =>
  typeof by === 'object' ? [{ field: field as keyof Frame, called: by.called }] : [],
);

const fields = Object.keys(frameFields) as (keyof Frame)[];

/** Fields in which a logged frame is not what a log would have of the replayed one. */
const differences = (header: Header, logged: Frame, replayed: Frame): ReadonlySet<keyof Frame> => {
  const read = parseLine(JSON.parse(JSON.stringify(replayed)), header) as Frame;
  return new Set(fields.filter((field) => !isDeepStrictEqual(logged[field], read[field])));
};

/** In which of its bits a frame differs; null where in none. */
const differentBits = (
  different: ReadonlySet<keyof Frame>,
  logged: Frame,
  replayed: Frame,
): string | null => {
  if (different.has('stateHash')) return `weights: log ${logged.stateHash}, replay ${replayed.stateHash}`;
  const found = [...different].filter((field) => heldOtherwise[field] === undefined);
  return found.length === 0 ? null : `${found.join(', ')}, at equal weights`;
};

/** Errors: UserError for a log whose kernels added up in another order: nothing here has its bits. */
const refuseOlderKernels = (file: string, { engine }: Header): void => {
  const older = olderKernels(engine);
  if (older)
    throw new UserError(
      `${file}: recorded by an older build of the kernels (wasm ${older}), whose sums ran in another order, allowed: a log of this one`,
    );
};

const engineText = ({ engine: { engine, variant, precision } }: Pick<Header, 'engine'>): string =>
  `${engine} ${variant} ${precision}`;

/** How many frames have the same bits, in how many of those each measurement is another, and the first that differs. */
type Compared = {
  readonly frames: number;
  /** How many events the log has that the run does not say here. */
  readonly events: number;
  readonly otherwise: ReadonlyMap<string, number>;
  readonly different: { readonly step: number; readonly found: string; readonly here: string } | null;
};

/** Compares every frame of a log with the one found again; says on a terminal how far it is. */
const compareFrames = async (index: LogIndex, { host, options }: Context): Promise<Compared> => {
  const { header } = index;
  const all = grouped(index.lines.filter(({ event }) => event === null).length);
  const progress = new ProgressLine(host);
  let frames = 0;
  let events = 0;
  const otherwise = new Map<string, number>();
  try {
    for await (const { logged, replayed, engine } of replay(
      header,
      index.each(),
      loggedEngine(header),
      options.dataFolder,
      () => events++,
    )) {
      progress.show(`verify: frame ${grouped(frames)} of ${all}, step ${grouped(logged.step)}`);
      const different = differences(header, logged, replayed);
      const found = differentBits(different, logged, replayed);
      if (found !== null)
        return {
          frames,
          events,
          otherwise,
          different: { step: logged.step, found, here: engineText({ engine }) },
        };
      frames++;
      for (const { field, called } of measured)
        if (different.has(field)) otherwise.set(called, (otherwise.get(called) ?? 0) + 1);
    }
    return { frames, events, otherwise, different: null };
  } finally {
    progress.clear();
  }
};

/**
 * Runs a log again, with its commands at their steps, and compares every frame. Resolves to the exit code:
 * 0 when all have the same bits, 1 otherwise. Errors: UserError for a log without frames, and for other bits where the
 * engine here is not the one that recorded it.
 */
const verifyLog = async (index: LogIndex, context: Context): Promise<number> => {
  const { out } = context;
  const { file, header, notes } = index;
  for (const note of notes) out(`${file}: ${note}`);
  refuseOlderKernels(file, header);
  const recordedOn = engineText(header);
  const { frames, events, otherwise, different } = await compareFrames(index, context);
  if (different !== null) {
    const { step, found, here } = different;
    if (here !== recordedOn)
      throw new UserError(
        `${file}: recorded on ${recordedOn}, got ${here} here, which rounds otherwise (step ${step}), allowed: a log of the same engine and variant`,
      );
    out(`step ${step}: differs in ${found} (${frames} frames before it are the same)`);
    return 1;
  }
  if (frames === 0) throw new UserError(`${file}: got a log without frames, nothing to verify`);
  const measures = Array.from(otherwise, ([called, count]) => `${called} in ${count}`);
  const others = measures.length === 0 ? '' : `; this build measures otherwise: ${measures.join(', ')}`;
  const unsaid = events === 0 ? '' : `; ${events} of its events do not come again`;
  out(`${frames} frames, the same bits on ${recordedOn}${others}${unsaid}`);
  return 0;
};

/** Verifies the one log that is named. Errors: UserError for what is no log. */
export const run: RunCommand = async (context, words) => {
  if (words.length !== 1)
    throw new UserError(`verify: got ${words.length} runs, allowed: one, by its name, folder or log`);
  const index = await LogIndex.readWhole(await runPath(words[0], context));
  try {
    return await verifyLog(index, context);
  } finally {
    index.close();
  }
};
