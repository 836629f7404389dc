import { counted } from '../input/index.js';

/** A line of a log that is not shown: its place in the file, counted from 1, and why. */
type Omission = { readonly line: number; readonly reason: string };

/** Lines named one by one; of the others only their number is said. */
const mostNamed = 8;

/** What a reader left out of a log, and what it read otherwise than it is written. Bounded however long the log is. */
export class Omissions {
  readonly #named: Omission[] = [];
  #count = 0;
  #withoutNumbers = 0;
  #firstWithoutNumbers = 0;

  /** Lines left out. */
  get count(): number {
    return this.#count;
  }

  /** The first line left out; null when there is none. */
  get first(): Omission | null {
    return this.#named[0] ?? null;
  }

  leaveOut(line: number, reason: string): void {
    this.#count++;
    if (this.#named.length < mostNamed) this.#named.push({ line, reason });
  }

  /** Notes a line whose NaN or Infinity was read as null. */
  readAsNull(line: number): void {
    if (this.#withoutNumbers++ === 0) this.#firstWithoutNumbers = line;
  }

  /** One sentence for each kind of note, in one line each; none for a log that is as it should be. */
  get notes(): readonly string[] {
    const named = this.#named.map(({ line, reason }) => `line ${line} (${reason})`).join(', ');
    const more = this.#count > this.#named.length ? ` and ${this.#count - this.#named.length} more` : '';
    return [
      ...(this.#count > 0 ? [`${counted(this.#count, 'line')} left out: ${named}${more}`] : []),
      ...(this.#withoutNumbers > 0
        ? [
            `NaN or Infinity read as null in ${counted(this.#withoutNumbers, 'line')}, first in line ${this.#firstWithoutNumbers}`,
          ]
        : []),
    ];
  }
}
