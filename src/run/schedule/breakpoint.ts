import { counted, shown, UserError } from '../../input/index.js';
import { isSpecialized } from '../../net/index.js';
import type { Breakpoint, Frame } from '../../protocol/index.js';

/** A plateau: the evaluation loss has fallen by less than this share over its epochs. */
const plateauShare = 0.01;
const plateauEpochs = 10;

type Grammar = { readonly pattern: RegExp; readonly read: (numbers: readonly number[]) => Breakpoint };

const number = String.raw`(\d+(?:\.\d*)?(?:e[+-]?\d+)?)`;
const whole = String.raw`(\d{1,6})`;

const grammars: readonly Grammar[] = [
  { pattern: new RegExp(`^specialized ${whole}$`), read: ([count]) => ({ kind: 'specialized', count }) },
  { pattern: /^lost$/, read: () => ({ kind: 'lost' }) },
  { pattern: new RegExp(`^loss *< *${number}$`), read: ([value]) => ({ kind: 'loss-below', value }) },
  { pattern: new RegExp(`^loss *> *${number}$`), read: ([value]) => ({ kind: 'loss-above', value }) },
  {
    pattern: new RegExp(`^match ${whole} *> *${number}$`),
    read: ([teacher, value]) => ({ kind: 'match-above', layer: 0, teacher, value }),
  },
  {
    pattern: new RegExp(`^match ${whole}\\.${whole} *> *${number}$`),
    read: ([layer, teacher, value]) => ({ kind: 'match-above', layer, teacher, value }),
  },
  { pattern: /^plateau$/, read: () => ({ kind: 'plateau', epochs: plateauEpochs }) },
  {
    pattern: new RegExp(`^plateau ${whole}$`),
    read: ([epochs]) => ({ kind: 'plateau', epochs: Math.max(1, epochs) }),
  },
];

const forms =
  '"specialized 3", "lost", "loss < 1e-4", "loss > 1", "match 4 > 0.9", "match 1.4 > 0.9" (layer 1), "plateau", "plateau 20" (epochs)';

/** Reads a breakpoint as the command line and presets write it. Errors: UserError naming `origin`. */
export const parseBreakpoint = (text: string, origin: string): Breakpoint => {
  for (const { pattern, read } of grammars) {
    const match = pattern.exec(text.trim().toLowerCase());
    if (match) return read(match.slice(1).map(Number));
  }
  throw new UserError(`${origin}: got ${shown(text)}, allowed: ${forms}`);
};

const specializedIn = ({ layers }: Frame, threshold: number): number =>
  layers.reduce(
    (sum, { bestMatchOfTeacher }) =>
      sum + bestMatchOfTeacher.filter((best) => isSpecialized(best, threshold)).length,
    0,
  );

/** What a breakpoint is judged by, at each frame. */
export type BreakpointView = {
  readonly frame: Frame;
  /** The frame before, or this one at the first. */
  readonly before: Frame;
  readonly threshold: number;
  /** Teacher nodes lost with this frame. */
  readonly lost: readonly number[];
  /** Evaluation loss this many epochs ago; null where the run is younger. */
  readonly lossEpochsAgo: (epochs: number) => number | null;
};

/** Why a breakpoint halts the run at a frame, or null: it does when what it waits for becomes true. */
export const breakpointReason = (breakpoint: Breakpoint, view: BreakpointView): string | null => {
  const { frame, before, threshold } = view;
  const crossed = (is: (one: Frame) => boolean): boolean => is(frame) && (frame === before || !is(before));
  switch (breakpoint.kind) {
    case 'specialized': {
      const { count } = breakpoint;
      const holds = crossed((one) => specializedIn(one, threshold) >= count);
      const found = specializedIn(frame, threshold);
      return holds ? `${counted(found, 'teacher node')} ${found === 1 ? 'is' : 'are'} specialized` : null;
    }
    case 'lost':
      return view.lost.length > 0 ? `teacher node ${view.lost.join(', ')} was lost` : null;
    case 'loss-below':
      return crossed(({ evalLoss }) => evalLoss < breakpoint.value)
        ? `the evaluation loss is below ${breakpoint.value}`
        : null;
    case 'loss-above':
      return crossed(({ evalLoss }) => evalLoss > breakpoint.value)
        ? `the evaluation loss is above ${breakpoint.value}`
        : null;
    case 'match-above': {
      const { layer, teacher, value } = breakpoint;
      const holds = crossed(({ layers }) => (layers[layer]?.bestMatchOfTeacher[teacher] ?? 0) > value);
      return holds ? `the best match of teacher node ${teacher} is above ${value}` : null;
    }
    case 'plateau': {
      const ago = view.lossEpochsAgo(breakpoint.epochs);
      const still = ago !== null && frame.evalLoss > ago * (1 - plateauShare);
      return still ? `the evaluation loss has fallen by less than 1 % in ${breakpoint.epochs} epochs` : null;
    }
  }
};
