import type { Breakpoint, RunState, Session, SessionMessage } from '../../../protocol/index.js';
import { census, type State } from '../../../store/index.js';
import { rate } from '../../../words/index.js';

/**
 * Commands that depend on what has been asked for before. They build on that, not on what the run has confirmed, so
 * that keys typed at once add up. Mutable.
 */
export class RunCommands {
  readonly #session: Session;
  readonly #live: () => State;
  /** Asked for and not yet confirmed. */
  #wanted: { readonly runState?: RunState; readonly learningRate?: number } = {};
  #isNextPaused = false;
  /** Which of its breakpoints the key has set. */
  #breakpoint = 0;

  /** `live` gives the run as it is now. */
  constructor(session: Session, live: () => State) {
    this.#session = session;
    this.#live = live;
  }

  /** Takes note of what the run confirms. */
  receive(message: SessionMessage): void {
    if (message.type === 'status') this.#wanted = { ...this.#wanted, runState: message.state };
    if (message.type === 'header') {
      this.#wanted = {};
      this.#breakpoint = 0;
    }
    if (message.type === 'frame' && this.#isNextPaused && !this.#live().starting) {
      this.#wanted = { runState: 'paused' };
      this.#isNextPaused = false;
    }
    if (message.type === 'event' && message.event === 'learning-rate') this.#forgetRate(message.to);
    if (message.type === 'event' && 'toStep' in message) this.#forgetRate(null);
  }

  /** Of a run that is on its way: whether it is to wait where it starts, which is returned in words. */
  togglePause(): string {
    if (this.#live().starting) {
      this.#isNextPaused = !this.#isNextPaused;
      this.#session.send({ type: this.#isNextPaused ? 'pause' : 'resume' });
      return this.#isNextPaused ? 'will pause where it starts' : 'will not pause';
    }
    const runState = this.#wanted.runState ?? this.#live().runState;
    const pausing = runState === 'running';
    this.#session.send({ type: pausing ? 'pause' : 'resume' });
    if (pausing || runState === 'paused')
      this.#wanted = { ...this.#wanted, runState: pausing ? 'paused' : 'running' };
    return '';
  }

  /** The breakpoint that the key has set, in a word; empty without one. */
  get armed(): string {
    return ['', 'specialized', 'lost', 'plateau'][this.#breakpoint];
  }

  /** Returns what has been set, in words; nothing before there is a rate. */
  scaleLearningRate(factor: number): string {
    const before = this.#wanted.learningRate ?? this.#live().learningRate;
    if (Number.isNaN(before)) return '';
    const learningRate = before * factor;
    this.#wanted = { ...this.#wanted, learningRate };
    this.#session.send({ type: 'set-learning-rate', learningRate });
    return `learning rate ${rate(learningRate)}`;
  }

  /** Sets the next of the breakpoints that the key goes through; returns it in words. */
  nextBreakpoint(): string {
    const { frame, threshold } = this.#live();
    const specialized = (frame?.layers ?? []).flatMap((layer) => census(layer, threshold).specialized).length;
    const choices: readonly (readonly [string, readonly Breakpoint[]])[] = [
      ['no breakpoint', []],
      ['pauses at the next node specialized', [{ kind: 'specialized', count: specialized + 1 }]],
      ['pauses when a node is lost', [{ kind: 'lost' }]],
      ['pauses at a plateau of 10 epochs', [{ kind: 'plateau', epochs: 10 }]],
    ];
    this.#breakpoint = (this.#breakpoint + 1) % choices.length;
    const [words, breakpoints] = choices[this.#breakpoint];
    this.#session.send({ type: 'set-breakpoints', breakpoints });
    return words;
  }

  /** A rate on its way is no longer so when it, or an older state, has arrived. */
  #forgetRate(arrived: number | null): void {
    if (arrived !== null && arrived !== this.#wanted.learningRate) return;
    const { learningRate, ...rest } = this.#wanted;
    this.#wanted = rest;
  }
}
