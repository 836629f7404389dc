import type { StepReport } from '../engine/engine.js';
import type { Frame } from './protocol.js';

/** Gathers the minibatch losses between two frames. */
export class BatchLosses {
  #steps = 0;
  #sum = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = Number.NEGATIVE_INFINITY;

  add({ steps, meanLoss, minimumLoss, maximumLoss }: StepReport): void {
    if (steps === 0) return;
    this.#steps += steps;
    this.#sum += meanLoss * steps;
    this.#minimum = Math.min(this.#minimum, minimumLoss);
    this.#maximum = Math.max(this.#maximum, maximumLoss);
  }

  clear(): void {
    this.#steps = 0;
    this.#sum = 0;
    this.#minimum = Number.POSITIVE_INFINITY;
    this.#maximum = Number.NEGATIVE_INFINITY;
  }

  /** What has been gathered since the last call; null when no step was taken. */
  take(): Frame['batchLoss'] {
    const taken =
      this.#steps === 0
        ? null
        : { minimum: this.#minimum, mean: this.#sum / this.#steps, maximum: this.#maximum };
    this.clear();
    return taken;
  }
}
