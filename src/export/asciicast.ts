import type { LogIndex } from '../log/index.js';
import { initialState, reduce, type State } from '../store/index.js';
import { type CellGrid, frameOutput, paintPanels, roleCodes } from '../ui/index.js';
import { startSeconds } from './tensorboard.js';

export type CastOptions = {
  readonly columns: number;
  readonly rows: number;
  /** Frames of the log a second. */
  readonly framesPerSecond: number;
};

/** No cursor and no wrapping, as the dashboard has the terminal. */
const enter = '\u001b[?25l\u001b[?7l';
const leave = '\u001b[?25h\u001b[?7h';

const trueColour = 3;

/**
 * A log as an asciicast, version 2: the dashboard at this size, a log frame after the other at an even pace, and a
 * marker for everything that was done to the run. Source: asciinema's description of the format.
 */
export function* asciicast(
  index: LogIndex,
  { columns, rows, framesPerSecond }: CastOptions,
): Generator<string> {
  const { header } = index;
  const codes = roleCodes('dark', trueColour);
  yield `${JSON.stringify({
    version: 2,
    width: columns,
    height: rows,
    timestamp: Math.floor(startSeconds(header.startedAt)),
    title: header.title,
  })}\n`;
  const watched = { type: 'log', state: 'watched', path: index.file, reason: '' } as const;
  let state: State = reduce(reduce(initialState, watched), header);
  let shown: CellGrid | null = null;
  let frames = 0;
  const at = (): number => Number((frames / framesPerSecond).toFixed(3));
  const line = (kind: 'o' | 'm', text: string): string => `${JSON.stringify([at(), kind, text])}\n`;
  const paint = (): string => {
    const grid = paintPanels(state, columns, rows, 'utf8');
    if (!grid) return '';
    const output = frameOutput(shown, grid, codes);
    const entering = shown ? '' : enter;
    shown = grid;
    return entering + output;
  };
  for (const one of index.each()) {
    state = reduce(state, one);
    if (one.type === 'frame') {
      yield line('o', paint());
      frames++;
    } else if (one.event === 'perturbed' || one.event === 'undone' || one.event === 'rewound')
      yield line('m', one.summary);
  }
  // What happened after the last frame.
  yield line('o', paint());
  yield line('o', leave);
}
