import xterm from '@xterm/headless';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { frameOutput } from '../../../src/ui/terminal/cell-diff.js';
import { Canvas, CellGrid } from '../../../src/ui/terminal/cells.js';
import { drawings, printableText, shorten, shortenStart } from '../../../src/ui/terminal/drawing.js';
import { LazySegmenter } from '../../../src/ui/terminal/text/lazy-segmenter.js';
import { columnsOf } from '../../../src/ui/terminal/text-width.js';
import { roleCodes } from '../../../src/ui/terminal/theme.js';

const utf8 = drawings.utf8;
const words = fc
  .array(fc.constantFrom('a', ' ', 'é', 'e\u0301', '漢', '字', '한', 'ﾊ', '👩‍🔬', '🇫🇷', 'ก็', '·'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

test('the characters of frames and charts are as wide as string-width has them, alone and beside one another', () => {
  const codes = Array.from({ length: 0x3000 - 0x20 }, (_, at) => 0x20 + at);
  const narrow = codes.map((code) => String.fromCodePoint(code)).filter((one) => !/\p{C}/u.test(one));
  expect(narrow.filter((one) => columnsOf(one) !== stringWidth(one))).toEqual([]);
  const beside = narrow.filter(
    (one) => !/\p{Mc}/u.test(one) && columnsOf(`─${one}█`) !== stringWidth(`─${one}█`),
  );
  expect(beside).toEqual([]);
});

test('plain, coloured and joined text is parted as by Intl.Segmenter, fast-check seed 7', () => {
  const parts = fc.constantFrom(
    'a',
    '∘',
    'β',
    '\n',
    '\r',
    '\u001b[31m',
    'e\u0301',
    '👩‍🔬',
    '🇫',
    '🇷',
    '한',
    '▒',
  );
  const [ours, theirs] = [new LazySegmenter('en'), new Intl.Segmenter('en')];
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (given) => {
      const text = given.join('');
      expect([...ours.segment(text)]).toEqual([...theirs.segment(text)]);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('text is cut by what a terminal shows, at its end or at its start, fast-check seed 8', () => {
  fc.assert(
    fc.property(words, fc.nat(20), (text, width) => {
      for (const cut of [shorten(text, width, utf8), shortenStart(text, width, utf8)]) {
        expect(stringWidth(cut)).toBeLessThanOrEqual(width);
        if (stringWidth(text) <= width) expect(cut).toBe(text);
      }
    }),
    { seed: 8, numRuns: 500 },
  );
});

test('wide, combining and joining characters stay themselves; controls do not', () => {
  const text = '漢字 e\u0301 👩‍🔬 한';
  expect(printableText(text, utf8)).toBe(text);
  expect(printableText('a\u001b[31mb\u200b', utf8)).toBe('a?[31mb?');
  expect(printableText('漢é', drawings.ascii)).toBe('??');
});

test('a grid of any text has rows of its width, and half a covered character is a blank, fast-check seed 9', () => {
  const piece = fc.tuple(fc.integer({ min: -3, max: 12 }), words);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const grid = new CellGrid(12, 1);
      for (const [x, text] of pieces) new Canvas(grid).text(x, 0, text, 'text');
      expect(stringWidth(grid.lines[0])).toBe(12);
    }),
    { seed: 9, numRuns: 500 },
  );
});

test('letters of several codes have room for each of them, emoji of several parts two columns', () => {
  const texts = ['हि', 'न्दी', 'ක්‍ෂ', '각', '👨‍👩‍👧', '🇩🇪', '1️⃣', '☺️', '👍🏽', 'e\u0301', 'ก็'];
  expect(texts.map(columnsOf)).toEqual([2, 3, 2, 2, 2, 2, 2, 2, 2, 1, 1]);
});

test('what stands behind characters of no agreed width is where it belongs, and what they covered is gone, fast-check seed 11', async () => {
  const codes = roleCodes('dark', 2);
  const strange = ['👨‍👩‍👧', '🇩🇪', '1️⃣', '☺️', '👍🏽', 'न्दी', 'हि', '漢'];
  const row = fc.array(fc.constantFrom(...strange, 'a', 'b', ' '), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (frames) => {
      const terminal = new xterm.Terminal({ cols: 30, rows: 1, allowProposedApi: true });
      let shown: CellGrid | null = null;
      for (const frame of frames) {
        const grid = new CellGrid(30, 1);
        const canvas = new Canvas(grid);
        let x = canvas.text(0, 0, frame.join(''), 'text');
        for (const letter of 'xyz') x = canvas.text(x, 0, letter, 'dim');
        const output = frameOutput(shown, grid, codes);
        await new Promise<void>((resolve) => terminal.write(`\u001b[?7l${output}`, resolve));
        shown = grid;
        const line = terminal.buffer.active.getLine(0);
        const seen = Array.from({ length: 30 }, (_, at) => line?.getCell(at)?.getChars() || ' ');
        for (let at = 0; at < 30; at++)
          if (/^[a-z]$/.test(grid.textAt(at))) expect(seen[at]).toBe(grid.textAt(at));
        expect(seen.slice(x).join('').trim()).toBe('');
        expect(seen.filter((one) => /^[a-z]$/.test(one)).length).toBe(
          frame.filter((one) => /^[a-z]$/.test(one)).length + 3,
        );
      }
    }),
    { seed: 11, numRuns: 50 },
  );
});

test('a terminal shows each of a sequence of grids with wide characters, fast-check seed 10', async () => {
  const codes = roleCodes('dark', 2);
  const wide = fc.array(fc.constantFrom('a', ' ', '漢', '字', 'é', 'e\u0301', '·'), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(fc.array(wide, { minLength: 1, maxLength: 5 }), async (frames) => {
      const terminal = new xterm.Terminal({ cols: 12, rows: 1, allowProposedApi: true });
      let shown: CellGrid | null = null;
      for (const frame of frames) {
        const grid = new CellGrid(12, 1);
        new Canvas(grid).text(0, 0, frame.join(''), 'text');
        const output = frameOutput(shown, grid, codes);
        await new Promise<void>((resolve) => terminal.write(`\u001b[?7l${output}`, resolve));
        shown = grid;
      }
      const line = terminal.buffer.active.getLine(0)?.translateToString(false);
      expect(line?.trimEnd()).toBe(shown?.lines[0].trimEnd());
    }),
    { seed: 10, numRuns: 50 },
  );
});
