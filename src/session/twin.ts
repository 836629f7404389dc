import type { Command, ControlMessage, Frame, Header, RunMessage, Status } from '../protocol/index.js';
import {
  loggedEngine,
  type RunHandle,
  type RunRequest,
  type Snapshot,
  type startRun as startRunInThread,
} from '../run/index.js';

/** Frames that one of the two may be ahead of the other. */
const mostFramesAhead = 2;

export type TwinOptions = {
  readonly startRun: typeof startRunInThread;
  /** What the run was started with. */
  readonly request: RunRequest;
  readonly header: Header;
  readonly run: RunHandle;
  readonly runState: Status['state'];
  /** Where both begin. */
  readonly fork: Snapshot;
  readonly tell: (message: ControlMessage) => void;
  /** The control is gone, by itself or because it died. */
  readonly onEnd: () => void;
};

/** Commands that concern time and the view, not the weights: the control obeys them too. */
const isShared = ({ type }: Command): boolean =>
  type === 'pause' || type === 'resume' || type === 'advance' || type === 'set-threshold';

/**
 * A run and its control: the same run in a second thread, from the fork on, to which nothing is done. Neither gets
 * more than a few frames ahead, so that both can be compared at the same step.
 */
export class Twin {
  readonly #options: TwinOptions;
  readonly #control: RunHandle;
  readonly #mostStepsAhead: number;
  #ended = false;

  constructor(options: TwinOptions) {
    const { startRun, request, header, fork, run, runState } = options;
    this.#options = options;
    this.#mostStepsAhead = mostFramesAhead * header.frameEvery;
    // The same kernels and threads as the run's, or the bits would differ.
    const { engine, strict = false, threads } = loggedEngine(header);
    this.#control = startRun(
      {
        ...request,
        engine,
        strict,
        threads,
        interventions: [],
        breakpoints: [],
        from: { kind: 'snapshot', snapshot: fork },
      },
      {
        onMessage: (message) => this.#receiveOfControl(message),
        onSnapshot: (snapshot) => this.#promote(snapshot),
        onCheckpoint: () => {},
        onFailure: ({ reason }) => this.#fail(reason),
      },
    );
    this.#control.send({ type: 'hold', step: fork.step + this.#mostStepsAhead });
    run.send({ type: 'hold', step: fork.step + this.#mostStepsAhead });
    if (runState === 'paused') this.#control.send({ type: 'pause' });
    options.tell({ type: 'control-started', step: fork.step });
  }

  /** Passes a command to the run on to the control, where it concerns both. */
  share(command: Command): void {
    if (isShared(command)) this.#control.send(command);
  }

  /** Lets the control come as far as the run has. */
  follow(frame: Frame): void {
    this.#control.send({ type: 'hold', step: frame.step + this.#mostStepsAhead });
  }

  /** Makes the control's course the run's, as soon as the control has said where it stands. */
  promote(): void {
    this.#control.send({ type: 'take-snapshot' });
  }

  /** Ends the control. */
  async close(reason: string): Promise<void> {
    if (this.#ended) return;
    this.#end();
    this.#options.tell({ type: 'control-ended', reason });
    await this.#control.stop(reason);
  }

  #end(): void {
    this.#ended = true;
    this.#options.run.send({ type: 'hold', step: Number.POSITIVE_INFINITY });
    this.#options.onEnd();
  }

  #receiveOfControl(message: RunMessage): void {
    if (this.#ended || message.type !== 'frame') return;
    this.#options.run.send({ type: 'hold', step: message.step + this.#mostStepsAhead });
    this.#options.tell({ type: 'control-frame', frame: message });
  }

  #promote(snapshot: Snapshot): void {
    if (this.#ended) return;
    this.#end();
    this.#options.run.send({ type: 'adopt', snapshot });
    void this.#control.stop('promoted');
  }

  #fail(reason: string): void {
    if (this.#ended) return;
    this.#end();
    this.#options.tell({ type: 'control-ended', reason });
  }
}
