import type { State, Timeline } from '../../store/index.js';

/** Where in a run's past the screen stands, as the header says it. */
export type PastView = {
  /** Whether it is a log's past, which has no live run beside it. */
  readonly ofLog: boolean;
  /** Null at the latest frame, which moves on. */
  readonly index: number | null;
  readonly length: number;
  readonly playing: boolean;
  /** Frames a second. */
  readonly speed: number;
};

const slowest = 0.25;
const fastest = 1024;
const firstSpeed = 8;

/** Moves through a timeline: frame by frame, from event to event, or playing. Mutable; `view` says where it stands. */
export class Playback {
  readonly #timeline: Timeline;
  readonly #ofLog: boolean;
  #index: number | null = null;
  #playing = false;
  #speed = firstSpeed;
  /** When the frame on display was due, on the clock of `tick`. */
  #shownAt = 0;
  /** What was read last beside the frame on display: finding it again in a log takes time. */
  #read: { readonly index: number; readonly state: State } | null = null;

  constructor(timeline: Timeline, ofLog: boolean) {
    this.#timeline = timeline;
    this.#ofLog = ofLog;
  }

  get view(): PastView {
    return {
      ofLog: this.#ofLog,
      index: this.#index,
      length: this.#timeline.length,
      playing: this.#playing,
      speed: this.#speed,
    };
  }

  /** The state on display; null at the latest frame. */
  get state(): State | null {
    return this.#index === null ? null : this.#timeline.stateAt(this.#index);
  }

  /** The state of the latest frame; null before the first. */
  get latest(): State | null {
    const { length } = this.#timeline;
    return length === 0 ? null : this.#timeline.stateAt(length - 1);
  }

  /** The state with the frame of a step, or of the nearest one before it that is kept; null where there is none. */
  at(step: number): State | null {
    const index = this.#timeline.indexOf(step);
    if (index === null) return null;
    if (this.#read?.index !== index) this.#read = { index, state: this.#timeline.stateAt(index) };
    return this.#read.state;
  }

  /** Back to the latest frame, and along with it. */
  follow(): void {
    this.#index = null;
    this.#playing = false;
  }

  /** By this many frames; beyond the last one it follows. */
  move(by: number): void {
    const last = this.#timeline.length - 1;
    if (last < 0) return;
    const to = Math.max(0, (this.#index ?? last) + by);
    this.#playing = false;
    this.#index = to > last || (to === last && by > 0) ? null : to;
  }

  /** To the next thing that happened on this side. */
  toEvent(side: 1 | -1): void {
    const last = this.#timeline.length - 1;
    if (last < 0) return;
    const found = this.#timeline.eventFrom(this.#index ?? last, side);
    this.#playing = false;
    if (found !== null) this.#index = found === last && side > 0 ? null : found;
    else if (side > 0) this.#index = null;
  }

  /** Plays on from here, from the start at the end; or stops. */
  toggle(now: number): void {
    if (this.#timeline.length === 0) return;
    this.#playing = !this.#playing;
    this.#shownAt = now;
    if (this.#playing) this.#index ??= 0;
  }

  scaleSpeed(factor: number): void {
    this.#speed = Math.max(slowest, Math.min(fastest, this.#speed * factor));
  }

  /** Moves on by as many frames as are due. `now` in milliseconds. */
  tick(now: number): void {
    if (!this.#playing || this.#index === null) return;
    const due = Math.floor(((now - this.#shownAt) / 1000) * this.#speed);
    if (due <= 0) return;
    this.#shownAt += (due / this.#speed) * 1000;
    const next = this.#index + due;
    if (next < this.#timeline.length - 1) this.#index = next;
    else this.follow();
  }
}
