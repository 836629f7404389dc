import type { Host } from './process-host.js';

/** What is shown at most every so many milliseconds, and not before as many: what is quick needs no line. */
const everyMs = 300;

const startOfLine = '\r\x1b[K';

/** Shows how far an action is while it lasts; the line is gone at its end, however that comes. */
export const showingProgress = <T>(
  host: Pick<Host, 'stderr' | 'environment'>,
  action: (show: (text: string) => void) => T,
): T => {
  const progress = new ProgressLine(host);
  try {
    return action((text) => progress.show(text));
  } finally {
    progress.clear();
  }
};

/** How far something is that takes long, in one line of a terminal that is renewed; nothing where errors go elsewhere. */
export class ProgressLine {
  readonly #stream: Host['stderr'];
  readonly #isShown: boolean;
  readonly #clock: () => number;
  #writtenAt: number;
  #isThere = false;

  /** `clock`: milliseconds from some moment on. */
  constructor(
    { stderr, environment }: Pick<Host, 'stderr' | 'environment'>,
    clock = () => performance.now(),
  ) {
    this.#stream = stderr;
    this.#isShown = Boolean(stderr.isTTY) && environment.TERM !== 'dumb';
    this.#clock = clock;
    this.#writtenAt = clock();
  }

  show(text: string): void {
    if (!this.#isShown || this.#clock() - this.#writtenAt < everyMs) return;
    this.#writtenAt = this.#clock();
    this.#isThere = true;
    this.#stream.write(startOfLine + text);
  }

  /** Takes the line away, for whatever is said next. */
  clear(): void {
    if (this.#isThere) this.#stream.write(startOfLine);
    this.#isThere = false;
  }
}
