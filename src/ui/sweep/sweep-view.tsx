import type { ReadStream, WriteStream } from 'node:tty';
import { Box } from 'ink';
import type { SweepEvent } from '../../sweep/index.js';
import {
  type Appearance,
  type ExitReason,
  sizeOf,
  TerminalApp,
  type TerminalView,
} from '../terminal/terminal-app.js';
import { SweepModel, type SweepModelOptions } from './sweep-model.js';
import { paintSweep } from './sweep-screen.js';

export type SweepViewOptions = Omit<SweepModelOptions, 'columns' | 'rows' | 'shell'> & {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly appearance: Appearance;
  readonly framesPerSecond: number;
  readonly signal: AbortSignal;
  /** Calls back with every event from now on; returns the way to stop. */
  readonly subscribe: (listener: (event: SweepEvent) => void) => () => void;
};

const viewOf = (model: SweepModel): TerminalView => ({
  // All of the screen is painted as cells.
  element: <Box />,
  get size() {
    const { columns, rows } = model.scene;
    return { columns, rows };
  },
  resize: (columns, rows) => model.resize(columns, rows),
  tick: () => model.tick(),
  press: (key) => model.press(key),
  paste: () => {},
  point: () => {},
  subscribe: (listener) => model.subscribe(listener),
  ingredients: () => [model.scene],
  compose: () => paintSweep(model.scene),
});

/** Takes over the terminal and shows a sweep until a key, a signal or the terminal's loss ends it. */
export const showSweep = async (options: SweepViewOptions): Promise<ExitReason> => {
  const { stdin, stdout, appearance, framesPerSecond, signal } = options;
  const model = new SweepModel({
    ...options,
    ...sizeOf(stdout),
    shell: {
      quit: (reason) => app.quit(reason),
      suspend: () => app.suspend(),
      repaint: () => app.renew(),
    },
  });
  const app = new TerminalApp(
    { stdin, stdout, appearance, framesPerSecond, signal, mouse: false },
    viewOf(model),
  );
  const unsubscribe = options.subscribe(() => app.guarded(() => model.refresh()));
  try {
    return await app.run();
  } finally {
    unsubscribe();
  }
};
