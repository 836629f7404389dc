import type { LogIndex } from '../log/index.js';
import { initialState, isJump, reduce, type State, type Timeline } from '../store/index.js';

/** Bytes of log between two kept states: a jump reads about half as much. */
const bytesBetween = 4 * 1024 ** 2;
const mostKept = 128;

type Kept = { readonly frame: number; readonly state: State };

/** The states that a log goes through, each computed from the nearest one that is kept. */
export class LogTimeline implements Timeline {
  readonly #index: LogIndex;
  /** Position of each frame among the lines. */
  readonly #frames: number[] = [];
  #indexed = 0;
  #kept: Kept[] = [];
  #bytesBetween = bytesBetween;
  #latest: Kept | null = null;

  constructor(index: LogIndex) {
    this.#index = index;
    this.follow();
  }

  get length(): number {
    return this.#frames.length;
  }

  eventFrom(index: number, side: 1 | -1): number | null {
    for (let at = index + side; at >= 0 && at < this.length; at += side) if (this.#hasEvent(at)) return at;
    return null;
  }

  /** Whether something happened with a frame: a jump belongs to the frame that it led to, all else to the one before. */
  #hasEvent(frame: number): boolean {
    const { lines } = this.#index;
    const first = this.#frames[frame];
    const arrived = lines[first - 1]?.event;
    if (arrived && isJump(arrived)) return true;
    return lines.slice(first + 1, this.#startOf(frame + 1)).some(({ event }) => event && !isJump(event));
  }

  /** Reads the lines that the index has found since. */
  follow(): void {
    const { lines } = this.#index;
    for (; this.#indexed < lines.length; this.#indexed++)
      if (lines[this.#indexed].event === null) this.#frames.push(this.#indexed);
    // Events may have followed the last frame.
    if (this.#latest && this.#latest.frame >= this.#frames.length - 1) this.#latest = null;
  }

  get #stateAtStart(): State {
    const { file, header } = this.#index;
    return reduce(reduce(initialState, { type: 'log', state: 'watched', path: file, reason: '' }), header);
  }

  stateAt(index: number): State {
    if (this.#latest?.frame === index) return this.#latest.state;
    const from = this.#nearest(index);
    let state = from?.state ?? this.#stateAtStart;
    let bytes = 0;
    for (let frame = from ? from.frame + 1 : 0; frame <= index; frame++) {
      for (const line of this.#index.read(this.#startOf(frame), this.#startOf(frame + 1)))
        state = reduce(state, line);
      bytes += this.#bytesOf(frame);
      if (bytes >= this.#bytesBetween && frame + 1 < this.#frames.length) {
        this.#keep({ frame, state });
        bytes = 0;
      }
    }
    this.#latest = { frame: index, state };
    return state;
  }

  /** The first line of a frame; of the first frame the first line of all. */
  #startOf(frame: number): number {
    if (frame === 0) return 0;
    return this.#frames[frame] ?? this.#index.lines.length;
  }

  #bytesOf(frame: number): number {
    return this.#index.lines[this.#frames[frame]].bytes;
  }

  #nearest(index: number): Kept | null {
    const before = [...this.#kept, ...(this.#latest ? [this.#latest] : [])].filter(
      ({ frame }) => frame < index,
    );
    return before.reduce<Kept | null>((best, one) => (best && best.frame >= one.frame ? best : one), null);
  }

  #keep(kept: Kept): void {
    if (this.#kept.some(({ frame }) => frame === kept.frame)) return;
    this.#kept = [...this.#kept, kept].sort((a, b) => a.frame - b.frame);
    if (this.#kept.length <= mostKept) return;
    this.#kept = this.#kept.filter((_, at) => at % 2 === 0);
    this.#bytesBetween *= 2;
  }
}
