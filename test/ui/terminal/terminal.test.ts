import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import xterm from '@xterm/headless';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reduce } from '../../../src/store/state.js';
import { frameOutput } from '../../../src/ui/terminal/cell-diff.js';
import { CellGrid } from '../../../src/ui/terminal/cells.js';
import { statusRequest, Terminal } from '../../../src/ui/terminal/terminal.js';
import { type ColorLevel, roleCodes, roles } from '../../../src/ui/terminal/theme.js';
import { paintScreen, stateAfter } from '../../support/painted-screen.js';
import { syntheticMessages } from '../../support/synthetic-run.js';

const emulate = (columns: number, rows: number) =>
  new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });

const written = (terminal: InstanceType<typeof xterm.Terminal>, output: string): Promise<void> =>
  new Promise((resolve) => terminal.write(output, resolve));

const screenOf = (terminal: InstanceType<typeof xterm.Terminal>): string[] =>
  Array.from({ length: terminal.rows }, (_, y) =>
    (terminal.buffer.active.getLine(y)?.translateToString(false) ?? '').padEnd(terminal.cols),
  );

const gridOf = (width: number, height: number, cells: readonly (readonly [string, number])[]): CellGrid => {
  const grid = new CellGrid(width, height);
  cells.slice(0, width * height).forEach(([character, role], at) => {
    grid.codePoints[at] = character.codePointAt(0) ?? 0x20;
    grid.roles[at] = role;
  });
  return grid;
};

const cell = fc.tuple(fc.constantFrom(' ', ' ', 'a', 'b', '│', '█', '·'), fc.nat(roles.length - 1));
const frames = (width: number, height: number) =>
  fc.array(fc.array(cell, { minLength: width * height, maxLength: width * height }), {
    minLength: 1,
    maxLength: 6,
  });

test.each([0, 1, 2, 3] as const)(
  'after any frames at colour level %i the emulated screen shows the last one, fast-check seed 21',
  async (level: ColorLevel) => {
    const codes = roleCodes('dark', level);
    await fc.assert(
      fc.asyncProperty(frames(11, 4), async (sequence) => {
        const terminal = emulate(11, 4);
        await written(terminal, '\u001b[?7l');
        let shown: CellGrid | null = null;
        for (const cells of sequence) {
          const next = gridOf(11, 4, cells);
          await written(terminal, frameOutput(shown, next, codes));
          shown = next;
        }
        expect(screenOf(terminal)).toEqual(shown?.lines);
        const [last] = sequence.slice(-1);
        last.forEach(([character, role], at) => {
          const there = terminal.buffer.active.getLine(Math.floor(at / 11))?.getCell(at % 11);
          const bold = codes[role].attributes.split(';').includes('1');
          if (character !== ' ') expect(Boolean(there?.isBold())).toBe(bold);
          const inverse = codes[role].attributes.split(';').includes('7');
          expect(Boolean(there?.isInverse())).toBe(inverse);
          const indexed = /^38;5;(\d+)$/.exec(codes[role].colour)?.[1];
          if (character !== ' ' && indexed) expect(there?.getFgColor()).toBe(Number(indexed));
        });
      }),
      { seed: 21, numRuns: 40 },
    );
  },
);

test('a frame that changes nothing writes nothing', () => {
  const grid = paintScreen(stateAfter(syntheticMessages({ until: 9 })), { columns: 80, rows: 24 }).grid;
  expect(frameOutput(grid, grid, roleCodes('dark', 2))).toBe('');
});

test('a run at 120x40 takes less than 600 bytes a frame', async () => {
  const codes = roleCodes('dark', 2);
  const size = { columns: 120, rows: 40 };
  const messages = syntheticMessages({ frames: 1001, until: 400 });
  let state = stateAfter(messages.slice(0, 200));
  let shown = paintScreen(state, size).grid;
  const terminal = emulate(120, 40);
  await written(terminal, `\u001b[?7l${frameOutput(null, shown, codes)}`);
  const sizes: number[] = [];
  for (let at = 200; at < 360; at += 8) {
    state = messages.slice(at, at + 8).reduce(reduce, state);
    const next = paintScreen(state, size).grid;
    const output = frameOutput(shown, next, codes);
    sizes.push(Buffer.byteLength(output));
    await written(terminal, output);
    shown = next;
  }
  expect(screenOf(terminal)).toEqual(shown.lines);
  expect(sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length).toBeLessThan(600);
});

test('every frame is one synchronized update', () => {
  const grid = gridOf(3, 1, [['a', 0]]);
  const output = frameOutput(null, grid, roleCodes('dark', 3));
  expect(output.startsWith('\u001b[?2026h')).toBe(true);
  expect(output.endsWith('\u001b[?2026l')).toBe(true);
});

test('without colours no colour is written, and badges are still inverse', () => {
  const codes = roleCodes('dark', 0);
  expect(codes.map(({ colour }) => colour)).toEqual(roles.map(() => '39'));
  expect(codes[roles.indexOf('badgePaused')].attributes).toBe('1;7');
});

/** A terminal whose reader takes what was written only when told to. */
class SlowTerminal extends Writable {
  readonly chunks: string[] = [];
  readonly blocking: boolean[] = [];
  readonly _handle = { setBlocking: (blocking: boolean) => this.blocking.push(blocking) };
  #waiting: (() => void)[] = [];
  stalled = false;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(String(chunk));
    if (this.stalled) this.#waiting.push(done);
    else done();
  }

  drain(): void {
    this.stalled = false;
    for (const done of this.#waiting.splice(0)) done();
  }
}

const opened = () => {
  const stream = new SlowTerminal();
  const time = { now: 0 };
  const terminal = new Terminal(stream as unknown as WriteStream, () => time.now);
  return { stream, terminal, codes: roleCodes('dark', 0), time };
};

test('entering and leaving are each other undone, once however often asked', () => {
  const { stream, terminal } = opened();
  terminal.enter();
  terminal.enter();
  terminal.leave();
  terminal.leave();
  expect(stream.chunks).toEqual([
    '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h',
    '\u001b[0m\u001b[999;1H\r\n\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l',
  ]);
  expect(stream.blocking).toEqual([false, true]);
});

test('a terminal that has not taken the last frame is not ready for another', () => {
  const { stream, terminal, codes } = opened();
  expect(terminal.ready).toBe(false);
  terminal.enter();
  expect(terminal.ready).toBe(true);
  stream.stalled = true;
  terminal.show(gridOf(2, 1, [['a', 0]]), codes);
  expect(terminal.ready).toBe(false);
  stream.drain();
  expect(terminal.ready).toBe(true);
});

const letter = (code: number): CellGrid => gridOf(1, 1, [[String.fromCharCode(97 + (code % 26)), 0]]);

test('a terminal that answers is ready again when it has answered, or the answer must be lost', () => {
  const { terminal, codes, time } = opened();
  terminal.enter();
  terminal.show(letter(0), codes);
  terminal.answered();
  terminal.show(letter(1), codes);
  expect(terminal.ready).toBe(false);
  terminal.answered();
  expect(terminal.ready).toBe(true);
  terminal.show(letter(2), codes);
  time.now = 4999;
  expect(terminal.ready).toBe(false);
  time.now = 5000;
  expect(terminal.ready).toBe(true);
});

test('a terminal that never answers is not waited for, and asked no more after a while', () => {
  const { stream, terminal, codes } = opened();
  terminal.enter();
  for (let frame = 0; frame < 20; frame++) {
    expect(terminal.ready).toBe(true);
    terminal.show(letter(frame), codes);
  }
  expect(stream.chunks.filter((chunk) => chunk.includes(statusRequest)).length).toBe(8);
});

test('before the terminal is given back its last answer is waited for', async () => {
  const { terminal, codes } = opened();
  terminal.enter();
  terminal.show(letter(0), codes);
  await terminal.settled(1);
  terminal.answered();
  terminal.show(letter(1), codes);
  const order: string[] = [];
  const settled = terminal.settled(60_000).then(() => order.push('settled'));
  await new Promise((resolve) => setImmediate(resolve));
  order.push('answered');
  terminal.answered();
  await settled;
  expect(order).toEqual(['answered', 'settled']);
});

test('every answer is waited for, those to the frames before the first answer and across a second entering too', async () => {
  const { terminal, codes } = opened();
  terminal.enter();
  terminal.show(letter(0), codes);
  terminal.show(letter(1), codes);
  terminal.leave();
  terminal.enter();
  terminal.show(letter(2), codes);
  const order: string[] = [];
  const settled = terminal.settled(60_000).then(() => order.push('settled'));
  for (const answer of ['first', 'second', 'third']) {
    await new Promise((resolve) => setImmediate(resolve));
    order.push(answer);
    terminal.answered();
  }
  await settled;
  expect(order).toEqual(['first', 'second', 'third', 'settled']);
});

test('the mouse is taken only where it is asked for, and given back on every way out', () => {
  const { stream, terminal } = opened();
  terminal.enter();
  terminal.leave();
  expect(stream.chunks.join('')).not.toMatch(/\?100[06]/);
  terminal.setMouse(true);
  terminal.enter();
  terminal.leave();
  terminal.enter();
  terminal.setMouse(false);
  terminal.leave();
  const switches = stream.chunks.join('').match(/\?100[06][hl]/g);
  expect(switches?.join(' ')).toBe('?1000h ?1006h ?1006l ?1000l ?1000h ?1006h ?1006l ?1000l');
});

test('what a dead program or a reset has left of the terminal, all modes are set again and the screen is drawn whole', async () => {
  const { stream, terminal, codes } = opened();
  terminal.setMouse(true);
  terminal.renew();
  expect(stream.chunks).toEqual([]);
  terminal.enter();
  const grid = gridOf(
    4,
    3,
    [...'abcdefghijkl'].map((character) => [character, 0]),
  );
  terminal.show(grid, codes);
  terminal.answered();
  terminal.show(letter(0), codes);
  expect(terminal.ready).toBe(false);
  const broken = [
    '\u001bc',
    '\u001b[?1049l',
    '\u001b[2;3r\u001b[?6h\u001b[4h\u001b(0\u000e\u001b[7m',
    '\u001b[?1003h\u001b[?1004h',
  ];
  for (const left of [...broken, broken.join('')]) {
    const screen = emulate(4, 3);
    await written(screen, `${stream.chunks.splice(0).join('')}${left}`);
    terminal.renew();
    expect(terminal.ready).toBe(true);
    terminal.show(grid, codes);
    await written(screen, stream.chunks.join(''));
    expect([screenOf(screen), screen.buffer.active.type]).toEqual([['abcd', 'efgh', 'ijkl'], 'alternate']);
    const { mouseTrackingMode, bracketedPasteMode, wraparoundMode, sendFocusMode, insertMode, originMode } =
      screen.modes;
    expect([mouseTrackingMode, bracketedPasteMode, wraparoundMode]).toEqual(['vt200', true, false]);
    expect([sendFocusMode, insertMode, originMode]).toEqual([false, false, false]);
  }
});

test('blocking writes are not asked for behind queued ones', () => {
  const { stream, terminal, codes } = opened();
  terminal.enter();
  stream.stalled = true;
  terminal.show(gridOf(2, 1, [['a', 0]]), codes);
  terminal.leave();
  expect(stream.blocking).toEqual([false]);
});

test('a forgotten or resized screen is cleared and drawn whole', async () => {
  const { stream, terminal, codes } = opened();
  terminal.enter();
  terminal.show(
    gridOf(2, 1, [
      ['a', 0],
      ['b', 0],
    ]),
    codes,
  );
  terminal.show(
    gridOf(2, 1, [
      ['a', 0],
      ['c', 0],
    ]),
    codes,
  );
  expect(stream.chunks.at(-1)).not.toContain('\u001b[2J');
  terminal.forget();
  terminal.show(
    gridOf(2, 1, [
      ['a', 0],
      ['c', 0],
    ]),
    codes,
  );
  expect(stream.chunks.at(-1)).toContain('\u001b[2J');
  terminal.show(gridOf(3, 1, [['x', 0]]), codes);
  expect(stream.chunks.at(-1)).toContain('\u001b[2J');
  const screen = emulate(3, 1);
  await written(screen, stream.chunks.join(''));
  expect(screenOf(screen)).toEqual(['x  ']);
});
