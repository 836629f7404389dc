import { symmetryCensus, symmetryClasses } from '../../net/index.js';
import type { Frame, RunEvent } from '../../protocol/index.js';

/** A plateau: over so many frames the evaluation loss has fallen by less than this share, and risen by no more than that. */
const plateauFrames = 10;
const plateauShare = 0.02;
const riseShare = 0.1;
/** It has been left when the loss has fallen by this share since its onset. */
const escapeShare = 0.1;

/** "12 aligned, 3 copy, 5 idle": the classes that there are. */
const censusText = ({ statements }: Frame): string => {
  if (statements === undefined || typeof statements === 'string') return 'no census';
  const census = symmetryCensus(statements.students);
  return symmetryClasses
    .filter((name) => census[name] > 0)
    .map((name) => `${census[name]} ${name}`)
    .join(', ');
};

/** Watches for plateaus of the evaluation loss, in runs whose frames tell what the student nodes are there. */
export class PlateauWatch {
  #losses: number[] = [];
  /** The loss at the onset of the plateau that the run is on. */
  #onset: number | null = null;

  /** Takes a frame; an event where a plateau begins or is left. */
  eventsOf(frame: Frame): RunEvent[] {
    const { step, evalLoss } = frame;
    this.#losses = [...this.#losses, evalLoss].slice(-plateauFrames);
    const summary = `loss ${evalLoss.toPrecision(3)}; ${censusText(frame)}`;
    if (this.#onset !== null) {
      if (evalLoss >= this.#onset * (1 - escapeShare)) return [];
      this.reset();
      return [{ type: 'event', step, event: 'escaped', summary }];
    }
    const [first] = this.#losses;
    const isStill = evalLoss > first * (1 - plateauShare) && evalLoss <= first * (1 + riseShare);
    if (this.#losses.length < plateauFrames || !isStill) return [];
    this.#onset = evalLoss;
    return [{ type: 'event', step, event: 'plateau', summary }];
  }

  /** Forgets what was seen: the run has jumped. */
  reset(): void {
    this.#losses = [];
    this.#onset = null;
  }
}
