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
    const { length } = this.#events;
    if (this.#checkpoint === null && this.#start !== null) return length === 0 ? this.#start : null;
    const trainedSeconds = this.#frame?.trainingSeconds ?? trainedBefore(this.#start);
    return { kind: 'memory', trainedSeconds, checkpoint: this.#checkpoint, events: this.#events };
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
