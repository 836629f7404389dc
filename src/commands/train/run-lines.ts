import { PlainLines, Sentences } from '../../words/index.js';
import type { Context } from '../command-row.js';
import { wantsSentences } from '../host/terminal-traits.js';

const lineEveryMs = 1000;
const sentenceEveryMs = 5000;

/** A run without a screen: as sentences for a listener, else as lines. `clock`: milliseconds from some moment on. */
export const runLines = (context: Context, clock: () => number): PlainLines | Sentences =>
  wantsSentences(context)
    ? new Sentences(context.out, clock, sentenceEveryMs)
    : new PlainLines(context.out, clock, lineEveryMs);
