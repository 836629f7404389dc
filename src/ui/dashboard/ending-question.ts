import { clockOf, type State } from '../../store/index.js';
import { durationWithUnits } from '../../words/index.js';
import { shownKey } from '../screen/key-rows.js';

/** Seconds of training from which a key that would end the run asks first. */
const worthAsking = 60;

const isUnderWay = ({ frame, runState, isStopped, starting }: State): boolean =>
  frame !== null && !starting && !isStopped && (runState === 'running' || runState === 'paused');

/** Asks once before a key ends a run that has trained for long: the same key pressed next is the answer. Mutable. */
export class EndingQuestion {
  /** The key that has been asked about, by the latest key or the one before it. */
  #key: string | null = null;
  #isNew = false;

  /** The question; null where the key may do what it `does`, "restarts". */
  ask(state: State, key: string, does: string): string | null {
    const { trainingSeconds } = clockOf(state);
    if (!isUnderWay(state) || trainingSeconds < worthAsking || this.#key === key) return null;
    this.#key = key;
    this.#isNew = true;
    return `${shownKey(key)} again ${does}: trained for ${durationWithUnits(trainingSeconds)}`;
  }

  /** A key has done what it does: only the very next one is an answer. */
  keyDone(): void {
    if (!this.#isNew) this.#key = null;
    this.#isNew = false;
  }
}
