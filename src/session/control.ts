import type { Command, ControlMessage, Frame, Header, RunMessage } from '../protocol/index.js';
import {
  loggedEngine,
  type RunHandle,
  type RunRequest,
  type Snapshot,
  type startRun as startRunInThread,
} from '../run/index.js';

/** Frames that the run may be ahead of its control. */
const mostFramesAhead = 2;

/** Steps that the run may be ahead of its control. */
export const mostStepsAhead = ({ frameEvery }: Header): number => mostFramesAhead * frameEvery;

export type ControlOptions = {
  readonly startRun: typeof startRunInThread;
  /** What the run was started with. */
  readonly request: RunRequest;
  readonly header: Header;
  /** Waits already, `mostStepsAhead` behind the start. */
  readonly run: RunHandle;
  /** The run where the control starts. */
  readonly start: Snapshot;
  readonly notify: (message: ControlMessage) => void;
  /** The control has ended, by itself or because its thread died. */
  readonly onEnd: () => void;
};

/**
 * The control beside a run: the same run in a second thread, to which nothing is done from its start on. It follows
 * the run to each step that the run shows, and the run waits for it a few frames on: both can be compared at the same step,
 * be it that at which the run has been paused.
 */
export class Control {
  readonly #options: ControlOptions;
  readonly #control: RunHandle;
  readonly #mostStepsAhead: number;
  #ended = false;

  constructor(options: ControlOptions) {
    const { header, start } = options;
    this.#options = options;
    this.#mostStepsAhead = mostStepsAhead(header);
    this.#control = this.#startThread();
    this.#control.send({ type: 'hold', step: start.step, isShown: true });
    options.notify({ type: 'control-started', step: start.step });
  }

  /** Passes a command to the run on to the control, where it concerns both: how they are judged. */
  share(command: Command): void {
    if (command.type === 'set-threshold') this.#control.send(command);
  }

  /** Lets the control train as far as the run has. */
  follow({ step }: Frame): void {
    this.#control.send({ type: 'hold', step, isShown: true });
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

  #holdRun(step: number): void {
    this.#options.run.send({ type: 'hold', step, isShown: false });
  }

  #end(): void {
    this.#ended = true;
    this.#holdRun(Number.POSITIVE_INFINITY);
    this.#options.onEnd();
  }

  #receive(message: RunMessage): void {
    if (this.#ended || message.type !== 'frame') return;
    this.#holdRun(message.step + this.#mostStepsAhead);
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
