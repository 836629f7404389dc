import type { PlacedLine } from '../log/index.js';
import type { Frame, RunEvent } from '../protocol/index.js';

/** Bytes of log whose frames are kept whole; of what follows, those that are this share of it apart. */
const wholeBytes = 16 * 1024 ** 2;
const apart = 1 / 512;

/** A frame for the curves alone: tables by pairs of nodes, which are nearly all of it, are empty. */
const forCurves = ({ statements: _, orderParameters: __, ...frame }: Frame): Frame => ({
  ...frame,
  layers: frame.layers.map(({ bestMatchOfTeacher, bestStudentOfTeacher }) => ({
    ...{ bestMatchOfTeacher, bestStudentOfTeacher },
    ...{ fanOutNorm: [], correlation: [], observability: [] },
  })),
});

/**
 * The lines of a log as a report needs them, in memory that is bounded but for about a kilobyte a frame: of a long
 * log most frames are kept for the curves alone. The last one is whole.
 */
export class ReportedLines {
  readonly all: (Frame | RunEvent)[] = [];
  /** Where the last frame is among the lines, while it is whole without having to. */
  #spare: number | null = null;
  /** Where in the log the next frame is to be kept whole. */
  #nextWhole = 0;

  add({ line, offset }: PlacedLine): void {
    if (line.type === 'header') return;
    if (line.type === 'frame') {
      this.#lightenLast();
      if (offset < wholeBytes || offset >= this.#nextWhole) this.#nextWhole = offset * (1 + apart);
      else this.#spare = this.all.length;
    }
    this.all.push(line);
  }

  #lightenLast(): void {
    const at = this.#spare;
    this.#spare = null;
    const line = at === null ? undefined : this.all[at];
    if (at !== null && line?.type === 'frame') this.all[at] = forCurves(line);
  }
}
