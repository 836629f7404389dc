import type { Frame } from '../protocol/index.js';
import { append, type Bucket, emptyHistory, type History } from './history.js';

/** Latest frames kept of each, to find a step that both have reached: the pace keeps them closer than this. */
const keptFrames = 12;

/** A run beside its control, what it would be had nothing been done to it since the fork. */
export type TwinState = {
  /** Step of the fork. */
  readonly since: number;
  /** The control's series. */
  readonly history: History;
  /** Oldest first. */
  readonly frames: { readonly run: readonly Frame[]; readonly control: readonly Frame[] };
  /** Both at the latest step that both have shown. */
  readonly compared: { readonly run: Frame; readonly control: Frame } | null;
  /** First step seen at which the weights differed in a bit; null as long as the two are identical. */
  readonly differsSince: number | null;
};

export const forkedAt = (since: number, frame: Frame | null): TwinState => ({
  since,
  history: emptyHistory,
  frames: { run: frame ? [frame] : [], control: [] },
  compared: null,
  differsSince: null,
});

const latestPair = ({ run, control }: TwinState['frames']): TwinState['compared'] => {
  for (const frame of control.toReversed()) {
    const other = run.findLast(({ step }) => step === frame.step);
    if (other) return { run: other, control: frame };
  }
  return null;
};

/** Whether two frames of one step show the same student under the same conditions. */
export const areIdentical = (a: Frame, b: Frame): boolean =>
  a.stateHash === b.stateHash && Object.is(a.evalLoss, b.evalLoss);

const compare = (twin: TwinState, frames: TwinState['frames']): TwinState => {
  const compared = latestPair(frames) ?? twin.compared;
  const differs = compared !== null && !areIdentical(compared.run, compared.control);
  const differsSince = differs ? (twin.differsSince ?? compared.run.step) : null;
  return { ...twin, frames, compared, differsSince };
};

/** The run has shown a frame; frames of a future that it has left are forgotten. */
export const withRunFrame = (twin: TwinState, frame: Frame): TwinState => {
  const past = twin.frames.run.filter(({ step }) => step < frame.step);
  return compare(twin, { ...twin.frames, run: [...past, frame].slice(-keptFrames) });
};

export const withControlFrame = (twin: TwinState, frame: Frame, bucket: Bucket): TwinState => {
  const control = [...twin.frames.control, frame].slice(-keptFrames);
  return compare({ ...twin, history: append(twin.history, bucket) }, { ...twin.frames, control });
};
