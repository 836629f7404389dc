import type { Frame, LayerPair } from '../protocol/index.js';
import type { ControlState } from './control-state.js';
import { stepOf } from './selectors.js';
import type { State } from './state.js';
import { type PairRecord, pairRecordOf, type Timeline } from './timeline.js';

/** Numbers of a frame that all kept frames together may have: some 64 MB. */
const numberBudget = 8_000_000;
const fewestStates = 16;
const mostStates = 512;

const numbersOf = ({ layers }: Frame): number =>
  layers.reduce((sum, layer) => sum + 2 * layer.correlation.length * layer.fanOutNorm.length, 0);

/**
 * The states of a live run in bounded memory, to look back on while it goes on: each as it was, the older half of them
 * thinned to every other one whenever there are too many.
 */
export class Recording implements Timeline {
  readonly #states: State[] = [];

  get length(): number {
    return this.#states.length;
  }

  stateAt(index: number): State {
    return this.#states[index];
  }

  indexOf(step: number): number | null {
    const at = this.#states.findLastIndex((state) => stepOf(state) <= step);
    return at === -1 ? null : at;
  }

  eventFrom(index: number, side: 1 | -1): number | null {
    for (let at = index + side; at >= 0 && at < this.#states.length; at += side)
      if (this.#hasEvent(at)) return at;
    return null;
  }

  /** Whether something was listed between the frame before and the one after this. */
  #hasEvent(index: number): boolean {
    const before = this.#states[index - 1]?.events.at(-1);
    return this.#states[index].events.at(-1) !== before;
  }

  pairHistory(pair: LayerPair): PairRecord[] {
    return this.#states.flatMap(({ frame }) => (frame && pairRecordOf(frame, pair)) ?? []);
  }

  /** Takes the state that a frame has just led to. */
  add(state: State): void {
    // What stands after this step is of a course that the run no longer follows.
    while (this.#states.length > 0 && stepOf(this.#states[this.#states.length - 1]) > stepOf(state))
      this.#states.pop();
    this.#states.push(state);
    if (this.#states.length <= this.#most(state)) return;
    const half = this.#states.length >> 1;
    const older = this.#states.splice(0, half).filter((_, at) => at % 2 === 0);
    this.#states.unshift(...older);
  }

  /** Puts the latest state in place of the one that its frame led to: events have followed. */
  amend(state: State): void {
    if (this.#states.at(-1)?.frame === state.frame) this.#states[this.#states.length - 1] = state;
  }

  /** Puts a comparison with the control to the state that it is of. */
  compare(control: ControlState): void {
    const at = this.#states.findLastIndex(({ frame }) => frame !== null && frame === control.compared?.run);
    if (at !== -1) this.#states[at] = { ...this.#states[at], control };
  }

  /** The state that this frame led to, with what followed before the next; null where it is not kept. */
  stateOf(frame: Frame): State | null {
    return this.#states.findLast((state) => state.frame === frame) ?? null;
  }

  clear(): void {
    this.#states.length = 0;
  }

  #most({ frame }: State): number {
    const fitting = frame ? Math.floor(numberBudget / numbersOf(frame)) : mostStates;
    return Math.max(fewestStates, Math.min(mostStates, fitting));
  }
}
