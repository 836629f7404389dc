import { UserError } from '../input/index.js';
import type { LogIndex, PlacedLine } from '../log/index.js';
import type { Frame, LayerPair, LogStatus, RunEvent } from '../protocol/index.js';
import {
  initialState,
  isJump,
  type PairRecord,
  pairRecordOf,
  reduce,
  type State,
  type Timeline,
} from '../store/index.js';

/** Bytes of log between two kept states: a jump reads about half as much. */
const bytesBetween = 4 * 1024 ** 2;
const mostKept = 128;
/** Bytes of log that the history of a pair of nodes is read from. */
const pairBytes = 48 * 1024 ** 2;

/** A pair's history as far as it has been read: of every `stride`-th frame before `next`. */
type ReadPair = {
  readonly pair: LayerPair;
  readonly stride: number;
  readonly next: number;
  readonly records: readonly PairRecord[];
};

/** Bytes at the end of a long log that are read at once, to show what it has come to. */
const endBytes = 512 * 1024;

type Kept = { readonly frame: number; readonly state: State };

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/**
 * The states that a log goes through. They are computed as its lines are read, and again from the nearest one that is
 * kept. While a long log is being read, the last one is what its end shows by itself.
 */
export class LogTimeline implements Timeline {
  readonly #index: LogIndex;
  /** Position of each frame among the lines. */
  #frames: number[] = [];
  /** The step of each; they go back where the run did. */
  #steps: number[] = [];
  #indexed = 0;
  #kept: Kept[] = [];
  #bytesBetween = bytesBetween;
  /** The state after all lines that have been read; null before the header. */
  #latest: State | null = null;
  /** Bytes of lines read since a state was kept. */
  #unkeptBytes = 0;
  /** The state computed last for a place before the end. */
  #visited: Kept | null = null;
  /** What the end of a log shows that has not been read to its end; null otherwise. */
  #end: { readonly bytes: number; readonly state: State } | null = null;
  #pair: ReadPair | null = null;

  constructor(index: LogIndex) {
    this.#index = index;
  }

  /** Tells whether nobody writes to the log any more: a run without an end was killed then. */
  set isLeft(isLeft: boolean) {
    const state = this.#latest;
    if (state && state.isKilled !== isLeft) this.#latest = { ...state, isKilled: isLeft };
  }

  get length(): number {
    return this.#frames.length + (this.#end ? 1 : 0);
  }

  indexOf(step: number): number | null {
    const exact = this.#steps.lastIndexOf(step);
    const at = exact === -1 ? this.#steps.findLastIndex((each) => each < step) : exact;
    return at === -1 ? null : at;
  }

  eventFrom(index: number, side: 1 | -1): number | null {
    for (let at = index + side; at >= 0 && at < this.#frames.length; at += side)
      if (this.#hasEvent(at)) return at;
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

  /**
   * Reads what the log has grown by, `mostBytes` at least or to its end. Returns whether anything has changed. Errors:
   * UserError where that is no log.
   */
  follow(mostBytes?: number): boolean {
    const growth = this.#index.grow(mostBytes, (line) => this.#receive(line));
    if (growth === 'begun-again') this.#clear();
    this.#readEnd();
    return growth !== 'unchanged';
  }

  /** Takes a last line without its line feed, of a log that does not grow. */
  end(): void {
    this.#index.end((line) => this.#receive(line));
  }

  stateAt(index: number): State {
    if (this.#end && index >= this.#frames.length) return this.#withStatus(this.#end.state);
    const at = Math.min(index, this.#frames.length - 1);
    if (this.#latest && at === this.#frames.length - 1) return this.#withStatus(this.#latest);
    return this.#withStatus(this.#compute(at));
  }

  #clear(): void {
    this.#frames = [];
    this.#steps = [];
    this.#indexed = 0;
    this.#kept = [];
    this.#latest = null;
    this.#unkeptBytes = 0;
    this.#visited = null;
    this.#end = null;
    this.#pair = null;
  }

  #receive({ line, bytes }: PlacedLine): void {
    if (line.type === 'header') {
      this.#latest = this.#stateAtStart;
      return;
    }
    if (!this.#latest) return;
    this.isLeft = false;
    // The state with a frame is kept before the next one comes: events may follow a frame.
    if (line.type === 'frame') {
      if (this.#unkeptBytes >= this.#bytesBetween) this.#keep(this.#latest);
      this.#frames.push(this.#indexed);
      this.#steps.push(line.step);
    }
    this.#indexed++;
    this.#unkeptBytes += bytes;
    this.#latest = reduce(this.#latest, line);
  }

  /** Shows the end of a log that is not read that far. */
  #readEnd(): void {
    const { bytesLeft, bytes } = this.#index;
    if (bytesLeft <= endBytes || !this.#latest) this.#end = null;
    else if (this.#end?.bytes !== bytes) {
      const state = this.#index.readEnd(endBytes).reduce(reduce, this.#stateAtStart);
      this.#end = { bytes, state };
    }
  }

  get #stateAtStart(): State {
    return reduce(reduce(initialState, this.status), this.#index.header);
  }

  /** Where the log stands: how far it is read, and what is left out of it. */
  get status(): LogStatus {
    const { file, notes, bytes, bytesLeft } = this.#index;
    const reading =
      bytesLeft > endBytes
        ? [`reading it: ${Math.floor((100 * (bytes - bytesLeft)) / bytes)}% of ${megabytes(bytes)} MB`]
        : [];
    return { type: 'log', state: 'watched', path: file, reason: [...reading, ...notes].join('; ') };
  }

  #withStatus(state: State): State {
    const { status } = this;
    return state.log.reason === status.reason ? state : { ...state, log: status };
  }

  /** The state with a frame and all that followed before the next, from the nearest one that is kept. */
  #compute(index: number): State {
    if (this.#visited?.frame === index) return this.#visited.state;
    const from = this.#nearest(index);
    const first = from ? from.frame + 1 : 0;
    const lines = this.#read(this.#startOf(first), this.#startOf(index + 1));
    const state = lines.reduce(reduce, from?.state ?? this.#stateAtStart);
    this.#visited = { frame: index, state };
    return state;
  }

  /** Lines of the log; none of a file that has been written anew since the last look, which the next one sees. */
  #read(from: number, to: number): (Frame | RunEvent)[] {
    try {
      return this.#index.read(from, to);
    } catch (error) {
      if (error instanceof UserError) return [];
      throw error;
    }
  }

  pairHistory(pair: LayerPair): readonly PairRecord[] {
    const known = this.#pair;
    const isSame = known !== null && JSON.stringify(known.pair) === JSON.stringify(pair);
    const from = isSame ? known : { pair, stride: this.#strideOfPairs(), next: 0, records: [] };
    const read = from.next < this.#frames.length ? this.#readPair(from) : from;
    this.#pair = read;
    return read.records;
  }

  #strideOfPairs(): number {
    const bytes = this.#frames.reduce((sum, line) => sum + this.#index.lines[line].bytes, 0);
    return Math.max(1, Math.ceil(bytes / pairBytes));
  }

  #readPair({ pair, stride, next, records }: ReadPair): ReadPair {
    const read = [...records];
    let frame = next;
    for (; frame < this.#frames.length; frame += stride)
      for (const line of this.#read(this.#frames[frame], this.#frames[frame] + 1)) {
        const record = line.type === 'frame' ? pairRecordOf(line, pair) : null;
        if (!record) continue;
        // What stands at or after this step is of a course that the run has left.
        while (read.length > 0 && read[read.length - 1].step >= record.step) read.pop();
        read.push(record);
      }
    return { pair, stride, next: frame, records: read };
  }

  /** The first line of a frame; of the first frame the first line of all. */
  #startOf(frame: number): number {
    if (frame === 0) return 0;
    return this.#frames[frame] ?? this.#indexed;
  }

  #nearest(index: number): Kept | null {
    const before = [...this.#kept, ...(this.#visited ? [this.#visited] : [])].filter(
      ({ frame }) => frame < index,
    );
    return before.reduce<Kept | null>((best, one) => (best && best.frame >= one.frame ? best : one), null);
  }

  #keep(state: State): void {
    this.#unkeptBytes = 0;
    this.#kept.push({ frame: this.#frames.length - 1, state });
    if (this.#kept.length <= mostKept) return;
    this.#kept = this.#kept.filter((_, at) => at % 2 === 0);
    this.#bytesBetween *= 2;
  }
}
