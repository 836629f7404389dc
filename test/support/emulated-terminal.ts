import xterm from '@xterm/headless';

/** A text that is to come comes within so many writes: a dashboard that trains writes some twelve times a second. */
const mostWrites = 1000;
/** A program that is to show something has not been silent so long on a machine ten times slower than those of today. */
const silenceMs = 120_000;

/** One cell of the emulator; a colour of null is the terminal's own. */
export type ScreenCell = {
  readonly text: string;
  readonly colour: string | null;
  readonly bold: boolean;
  readonly faint: boolean;
  readonly inverse: boolean;
};

/** A terminal emulator fed by a program. Tests wait for what a person would see; nothing sleeps. */
export abstract class EmulatedTerminal {
  /** Every byte written so far. */
  output = '';
  /** Whether a row of the dashboard has run on into the next after any of its writes. */
  hasEverWrapped = false;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  #writes = 0;
  /** Whether the program has ended and the emulator has all that it wrote. */
  #hasEnded = false;
  readonly #watchers = new Set<() => void>();
  /** Told of the next bytes from the program, or of its end. */
  readonly #arrivals = new Set<() => void>();
  /** On its way to the terminal over a slow link; null without one. */
  #link: string | null = null;

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
    this.#terminal.onData((answer) => this.press(answer));
  }

  abstract press(keys: string): void;

  /** What the program has written. */
  protected take(data: string): void {
    this.output += data;
    this.#writes++;
    if (this.#link === null) this.#terminal.write(data, () => this.#notify());
    else this.#link += data;
    this.#tellArrivals();
  }

  /** The program has ended; resolves once the emulator has taken what it wrote last. */
  protected end(): Promise<void> {
    this.#tellArrivals();
    return new Promise((resolve) => {
      this.#terminal.write('', () => {
        this.#hasEnded = true;
        this.#notify();
        resolve();
      });
    });
  }

  /** Rows that the emulator shows now, trailing blanks removed. */
  get screen(): string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from(
      { length: this.#terminal.rows },
      (_, row) => buffer.getLine(buffer.viewportY + row)?.translateToString(true) ?? '',
    );
  }

  /** Every cell that the emulator shows now, row by row; colours are those that were sent in 24 bits. */
  get cells(): ScreenCell[][] {
    const { active } = this.#terminal.buffer;
    const cellAt = (row: number, column: number): ScreenCell => {
      const cell = active.getLine(active.viewportY + row)?.getCell(column);
      const rgb = cell?.isFgRGB() ? `#${cell.getFgColor().toString(16).padStart(6, '0')}` : null;
      const [bold, faint, inverse] = [cell?.isBold(), cell?.isDim(), cell?.isInverse()].map(
        (set) => set !== 0,
      );
      return { text: cell?.getChars() || ' ', colour: rgb, bold, faint, inverse };
    };
    const { rows, cols } = this.#terminal;
    return Array.from({ length: rows }, (_, row) =>
      Array.from({ length: cols }, (__, column) => cellAt(row, column)),
    );
  }

  /** Whether some row runs on into the next. */
  get hasWrappedRow(): boolean {
    const buffer = this.#terminal.buffer.active;
    return Array.from({ length: this.#terminal.rows }, (_, row) => row).some(
      (row) => buffer.getLine(buffer.viewportY + row)?.isWrapped ?? false,
    );
  }

  get onAlternateScreen(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** From now on the terminal sees, and answers, only what `deliver` brings it. */
  slowLink(): void {
    this.#link = '';
  }

  /** Brings the terminal at most this many characters, once there are any; resolves to how many there were. */
  async deliver(most: number): Promise<number> {
    if (this.#link === '') await this.#nextOutput();
    const arriving = (this.#link ?? '').slice(0, most);
    this.#link = (this.#link ?? '').slice(most);
    await new Promise<void>((resolve) => this.#terminal.write(arriving, resolve));
    this.#notify();
    return arriving.length;
  }

  /** Resolves once more than `length` characters have been written. */
  async outputBeyond(length: number): Promise<void> {
    while (this.output.length <= length) await this.#nextOutput();
  }

  /**
   * The match, once the screen as one string has it. Fails, with the screen, when it can no longer be expected: the
   * program has ended, has written very often meanwhile, or has long written nothing.
   */
  waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const writesBefore = this.#writes;
      let silence: NodeJS.Timeout;
      const end = (): void => {
        this.#watchers.delete(check);
        clearTimeout(silence);
      };
      const fail = (why: string): void => {
        end();
        reject(new Error(`no ${pattern}, and the program ${why}; its screen:\n${this.screen.join('\n')}`));
      };
      const check = (): void => {
        clearTimeout(silence);
        const match = pattern.exec(this.screen.join('\n'));
        if (match) {
          end();
          resolve(match);
        } else if (this.#hasEnded) fail('has ended');
        else if (this.#writes - writesBefore > mostWrites) fail(`has written ${mostWrites} times since`);
        else silence = setTimeout(() => fail(`has written nothing for ${silenceMs / 1000} s`), silenceMs);
      };
      this.#watchers.add(check);
      check();
    });
  }

  #nextOutput(): Promise<void> {
    return new Promise((resolve) => this.#arrivals.add(resolve));
  }

  #tellArrivals(): void {
    for (const tell of this.#arrivals) tell();
    this.#arrivals.clear();
  }

  #notify(): void {
    this.hasEverWrapped ||= this.onAlternateScreen && this.hasWrappedRow;
    for (const check of [...this.#watchers]) check();
  }
}
