import { isPlain } from './plain-text.js';

/** Characters that join with none either: ends of lines, and what colours begin with. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
const controls = /[\n\u001b]/g;

type Given = ConstructorParameters<typeof Intl.Segmenter>;

/**
 * Parts text as `Intl.Segmenter` does, which is made when the first text comes whose characters may join: its tables take 10 ms,
 * and most of a screen is plain. In the bundle it stands for that of Ink's libraries too.
 */
export class LazySegmenter {
  readonly #given: Given;
  #made: Intl.Segmenter | null = null;

  constructor(...given: Given) {
    this.#given = given;
  }

  segment(text: string): Iterable<Intl.SegmentData> {
    const [, { granularity = 'grapheme' } = {}] = this.#given;
    if (granularity === 'grapheme' && isPlain(text.replace(controls, '')))
      return Array.from(text, (segment, index) => ({ segment, index, input: text }));
    this.#made ??= new globalThis.Intl.Segmenter(...this.#given);
    return this.#made.segment(text);
  }
}
