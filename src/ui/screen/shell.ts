/** What only the terminal's owner can do. */
export type Shell = {
  quit(reason: 'quit' | 'interrupt'): void;
  suspend(): void;
  repaint(): void;
  /** Shows so many frames a second from now on. */
  setPace(framesPerSecond: number): void;
};
