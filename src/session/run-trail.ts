import { changesRun } from '../log/index.js';
import type { Frame, RunEvent, RunMessage } from '../protocol/index.js';
import type { RunRequest } from '../run/index.js';

/** Seconds for which a run had trained where it starts. */
const trainedBefore = (start: RunRequest['from']): number =>
  start !== null && 'trainedSeconds' in start ? start.trainedSeconds : 0;

/** What it takes to go on with a run where it stands: its latest checkpoint, and what has changed it since. Mutable. */
export class RunTrail {
  readonly #start: RunRequest['from'];
  #checkpoint: Uint8Array | null = null;
  #events: RunEvent[] = [];
  #frame: Frame | null = null;
  #last: Frame | RunEvent | null = null;
  #isUnderWay = true;

  /** `start`: where the run started. */
  constructor(start: RunRequest['from']) {
    this.#start = start;
  }

  /** The latest frame; null before the first. */
  get frame(): Frame | null {
    return this.#frame;
  }

  /** Where the run would go on; null where that is not known. */
  get startPoint(): RunRequest['from'] {
    const [start, events] = [this.#start, this.#events];
    const trainedSeconds = this.#frame?.trainingSeconds ?? trainedBefore(start);
    if (this.#checkpoint !== null || start === null)
      return { kind: 'memory', trainedSeconds, checkpoint: this.#checkpoint, events };
    if (events.length === 0) return start;
    // Changed before it had a checkpoint of its own: the changes are made again from where it started.
    return start.kind === 'memory'
      ? { ...start, trainedSeconds, events: [...start.events, ...events] }
      : null;
  }

  /** The event that says that the run has stopped at its last line; null where it has said so, is done, or has no line. */
  unsaidStop(reason: string): RunEvent | null {
    const hasStopped = this.#last?.type === 'event' && this.#last.event === 'stopped';
    if (hasStopped || !this.#isUnderWay || this.#last === null) return null;
    return { type: 'event', step: this.#last.step, event: 'stopped', summary: reason };
  }

  receive(message: RunMessage): void {
    if (message.type === 'frame' || message.type === 'event') this.#last = message;
    if (message.type === 'status')
      this.#isUnderWay = message.state === 'running' || message.state === 'paused';
    if (message.type === 'frame') this.#frame = message;
    else if (message.type === 'event' && changesRun(message)) this.#events.push(message);
  }

  /** A checkpoint of the state after the last message. */
  keep(bytes: Uint8Array): void {
    this.#checkpoint = bytes;
    this.#events = [];
  }
}
