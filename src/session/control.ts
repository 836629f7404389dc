import type { Command, ControlMessage, Frame, Header, RunMessage, Status } from '../protocol/index.js';
import {
  loggedEngine,
  type RunHandle,
  type RunRequest,
  type Snapshot,
  type startRun as startRunInThread,
} from '../run/index.js';

/** Frames that the run or its control may be ahead of the other. */
const mostFramesAhead = 2;

/** Steps that the run or its control may be ahead of the other. */
export const mostStepsAhead = ({ frameEvery }: Header): number => mostFramesAhead * frameEvery;

export type ControlOptions = {
  readonly startRun: typeof startRunInThread;
  /** What the run was started with. */
  readonly request: RunRequest;
  readonly header: Header;
  /** Waits already, `mostStepsAhead` behind the start. */
  readonly run: RunHandle;
  readonly runState: Status['state'];
  /** The run where the control starts. */
  readonly start: Snapshot;
  readonly notify: (message: ControlMessage) => void;
  /** The control has ended, by itself or because its thread died. */
  readonly onEnd: () => void;
};

/** Commands about time and the view, not the weights: the control gets them too. */
const isShared = ({ type }: Command): boolean =>
  type === 'pause' || type === 'resume' || type === 'advance' || type === 'set-threshold';

/**
 * The control beside a run: the same run in a second thread, to which nothing is done from its start on. Neither gets
 * more than a few frames ahead, so that both can be compared at the same step.
 */
export class Control {
  readonly #options: ControlOptions;
  readonly #control: RunHandle;
  readonly #mostStepsAhead: number;
  #ended = false;

  constructor(options: ControlOptions) {
    const { header, start, runState } = options;
    this.#options = options;
    this.#mostStepsAhead = mostStepsAhead(header);
    this.#control = this.#startThread();
    this.#control.send({ type: 'hold', step: start.step + this.#mostStepsAhead });
    if (runState === 'paused') this.#control.send({ type: 'pause' });
    options.notify({ type: 'control-started', step: start.step });
  }

  /** Passes a command to the run on to the control, where it concerns both. */
  share(command: Command): void {
    if (isShared(command)) this.#control.send(command);
  }

  /** Lets the control train as far as the run has. */
  follow(frame: Frame): void {
    this.#control.send({ type: 'hold', step: frame.step + this.#mostStepsAhead });
  }

  /** Puts the run on the control's course, as soon as the control has sent its state. */
  promote(): void {
    this.#control.send({ type: 'take-snapshot' });
  }

  /** Ends the control. */
  async close(reason: string): Promise<void> {
    if (this.#ended) return;
    this.#end();
    this.#options.notify({ type: 'control-ended', reason });
    await this.#control.stop(reason);
  }

  #startThread(): RunHandle {
    const { startRun, request, header, start } = this.#options;
    return startRun(
      {
        ...request,
        // The same kernels and threads as the run's, or the bits would differ.
        engine: loggedEngine(header),
        interventions: [],
        breakpoints: [],
        from: { kind: 'snapshot', snapshot: start },
      },
      {
        onMessage: (message) => this.#receive(message),
        onSnapshot: (snapshot) => this.#promoteTo(snapshot),
        onCheckpoint: () => {},
        onFailure: ({ reason }) => this.#fail(reason),
      },
    );
  }

  #end(): void {
    this.#ended = true;
    this.#options.run.send({ type: 'hold', step: Number.POSITIVE_INFINITY });
    this.#options.onEnd();
  }

  #receive(message: RunMessage): void {
    if (this.#ended || message.type !== 'frame') return;
    this.#options.run.send({ type: 'hold', step: message.step + this.#mostStepsAhead });
    this.#options.notify({ type: 'control-frame', frame: message });
  }

  #promoteTo(snapshot: Snapshot): void {
    if (this.#ended) return;
    this.#end();
    this.#options.run.send({ type: 'promote-control', snapshot });
    void this.#control.stop('promoted');
  }

  #fail(reason: string): void {
    if (this.#ended) return;
    this.#end();
    this.#options.notify({ type: 'control-ended', reason });
  }
}
