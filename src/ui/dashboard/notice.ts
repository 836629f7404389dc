/** How long a notice stays. */
const noticeMs = 4000;

/** What the last key did, where nothing else on the screen says so. Mutable. */
export class Notice {
  #text = '';
  #until = 0;
  /** Whether it stays until the run that it tells of is there, however long that takes to prepare. */
  #awaitsRun = false;

  get text(): string {
    return this.#text;
  }

  say(text: string): void {
    this.#text = text;
  }

  sayUntilRun(text: string): void {
    this.#text = text;
    this.#awaitsRun = true;
  }

  clear(): void {
    this.#text = '';
    this.#awaitsRun = false;
  }

  /** Stays for its time from `now` on, in milliseconds. */
  hold(now: number): void {
    this.#until = this.#awaitsRun ? Number.POSITIVE_INFINITY : now + noticeMs;
  }

  /** What was waited for is there, or has been refused. */
  endWait(): void {
    if (this.#awaitsRun) this.#until = 0;
    this.#awaitsRun = false;
  }

  /** Takes back what has been said long enough; returns whether there was any. */
  expire(now: number): boolean {
    if (this.#text === '' || now < this.#until) return false;
    this.#text = '';
    return true;
  }
}
