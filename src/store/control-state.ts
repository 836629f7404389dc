import type { Frame } from '../protocol/index.js';
import { allBuckets, type Bucket } from './history.js';
import { type Past, withFrame } from './past.js';

/** Latest frames kept of each, to find a step that both have reached: the pace keeps them closer than this. */
const keptFrames = 12;

/** A run beside its control: what the run would be had nothing been done to it since the control started. */
export type ControlState = {
  /** Step at which the control started. */
  readonly since: number;
  /** The control's past: the run's up to where it started, then its own. */
  readonly past: Past;
  /** Oldest first. */
  readonly frames: { readonly run: readonly Frame[]; readonly control: readonly Frame[] };
  /** Both at the latest step that both have shown. */
  readonly compared: { readonly run: Frame; readonly control: Frame } | null;
  /** First step seen at which the weights differed in a bit; null as long as the two are identical. */
  readonly differsSince: number | null;
};

/** `past`: the run's where the control starts; `frame`: the run's latest. */
export const controlStartedAt = (since: number, past: Past, frame: Frame | null): ControlState => ({
  since,
  past,
  frames: { run: frame ? [frame] : [], control: [] },
  compared: null,
  differsSince: null,
});

const latestPair = ({ run, control }: ControlState['frames']): ControlState['compared'] => {
  for (const frame of control.toReversed()) {
    const other = run.findLast(({ step }) => step === frame.step);
    if (other) return { run: other, control: frame };
  }
  return null;
};

/** Whether two frames of one step show the same student under the same conditions. */
export const areIdentical = (a: Frame, b: Frame): boolean =>
  a.stateHash === b.stateHash && Object.is(a.evalLoss, b.evalLoss);

const compare = (state: ControlState, frames: ControlState['frames']): ControlState => {
  const step = frames.run.at(-1)?.step ?? 0;
  const isOfThisCourse = state.compared !== null && state.compared.run.step <= step;
  const compared = latestPair(frames) ?? (isOfThisCourse ? state.compared : null);
  const differs = compared !== null && !areIdentical(compared.run, compared.control);
  const differsSince = differs ? (state.differsSince ?? compared.run.step) : null;
  return { ...state, frames, compared, differsSince };
};

/** The run has shown a frame; frames after its step are of a course that it no longer follows, and are forgotten. */
export const withRunFrame = (state: ControlState, frame: Frame): ControlState => {
  const past = state.frames.run.filter(({ step }) => step < frame.step);
  return compare(state, { ...state.frames, run: [...past, frame].slice(-keptFrames) });
};

export const withControlFrame = (state: ControlState, frame: Frame): ControlState => {
  const control = [...state.frames.control, frame].slice(-keptFrames);
  // Its first frame is of where it started, which the run has shown.
  const isShown = frame.step <= (allBuckets(state.past.history).at(-1)?.toStep ?? -1);
  const past = isShown ? state.past : withFrame(state.past, frame);
  return compare({ ...state, past }, { ...state.frames, control });
};

/** The control's series since it started. */
export const controlSeries = ({ since, past }: ControlState): readonly Bucket[] =>
  allBuckets(past.history).filter(({ fromStep }) => fromStep >= since);
