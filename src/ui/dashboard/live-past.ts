import type { SessionMessage } from '../../protocol/index.js';
import { Recording, type State } from '../../store/index.js';

/** What a live run has shown, to look back on, and how far it can be compared with its control. Mutable. */
export class LivePast {
  readonly recording = new Recording();
  #compared: State | null = null;

  /** The state with the latest frame that a running control has shown too, a few frames ago; null without one. */
  get compared(): State | null {
    return this.#compared;
  }

  /** Keeps what has been shown. `state`: after the message. */
  receive(message: SessionMessage, state: State): void {
    if (message.type === 'header') this.recording.clear();
    else if (message.type === 'frame') this.recording.add(state);
    else if (message.type === 'event') this.recording.amend(state);
    const { control, runState, frame } = state;
    if (message.type === 'control-frame' && control) this.recording.compare(control);
    const run = runState === 'running' && control?.compared?.run;
    this.#compared = run && run !== frame ? this.recording.stateOf(run) : null;
  }
}
