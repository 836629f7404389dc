import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TerminalInputEvent } from '../../../src/ui/terminal/input-events.js';
import { InputParser } from '../../../src/ui/terminal/input-parser.js';
import { TerminalInput } from '../../../src/ui/terminal/terminal-input.js';

const esc = '\u001b';

/** What is understood when these pieces come with so many milliseconds between them, by a clock of the test's own. */
const heardAt = (
  gapMs: number,
  pieces: readonly (string | Uint8Array)[],
  isAnswerAwaited = false,
): TerminalInputEvent[] => {
  const events: TerminalInputEvent[] = [];
  const parser = new InputParser(
    (event) => events.push(event),
    () => isAnswerAwaited,
  );
  const wait = (milliseconds: number): void => {
    let left = milliseconds;
    for (let { patienceMs } = parser; patienceMs !== null && patienceMs <= left; { patienceMs } = parser) {
      left -= patienceMs;
      parser.decide();
    }
  };
  for (const piece of pieces) {
    parser.push(Buffer.from(piece));
    wait(gapMs);
  }
  wait(60_000);
  return events;
};

/** What a terminal that sends these pieces one after the other is understood to say. */
const heard = (...pieces: readonly (string | Uint8Array)[]): TerminalInputEvent[] => heardAt(0, pieces);

const keysOf = (events: readonly TerminalInputEvent[]): string[] =>
  events.map((event) => (event.type === 'key' ? event.name : `not a key: ${event.type}`));

const keysIn = (...pieces: readonly string[]): string[] => keysOf(heard(...pieces));

test.each([
  ['p\rq', ['p', 'enter', 'q']],
  ['+ \t\u007f\b', ['+', 'space', 'tab', 'backspace', 'backspace']],
  ['\u000c\u0003\u001a', ['ctrl-l', 'ctrl-c', 'ctrl-z']],
  ['é漢', ['é', '漢']],
  [`${esc}[A${esc}[B${esc}[C${esc}[D`, ['up', 'down', 'right', 'left']],
  [`${esc}OA${esc}OH${esc}OF`, ['up', 'home', 'end']],
  [`${esc}[5~${esc}[6~${esc}[1~${esc}[4~${esc}[3~`, ['pageup', 'pagedown', 'home', 'end', 'backspace']],
  [`${esc}[Z`, ['shift-tab']],
  [`${esc}OP${esc}[11~${esc}[[A`, ['f1', 'f1']],
  [`${esc}OM${esc}Ok${esc}Op`, ['enter', '+', '0']],
  [`${esc}q`, ['escape', 'q']],
  [`${esc}${esc}`, ['escape', 'escape']],
  [esc, ['escape']],
  [`${esc}[1;5A${esc}[1;2B`, ['up', 'down']],
])('%j is the keys %j', (typed, keys) => {
  expect(keysIn(typed)).toEqual(keys);
});

describe('other encodings of keys', () => {
  test.each([
    ['modifyOtherKeys', `${esc}[27;5;99~${esc}[27;5;108~${esc}[27;5;122~`, ['ctrl-c', 'ctrl-l', 'ctrl-z']],
    ['modifyOtherKeys, shifted', `${esc}[27;2;65~${esc}[27;2;63~${esc}[27;1;13~`, ['A', '?', 'enter']],
    ['kitty', `${esc}[99;5u${esc}[108;5u${esc}[122;5u`, ['ctrl-c', 'ctrl-l', 'ctrl-z']],
    ['kitty with caps and num lock', `${esc}[99;${1 + 4 + 64 + 128}u`, ['ctrl-c']],
    ['kitty on a Cyrillic keyboard', `${esc}[1089::99;5u`, ['ctrl-c']],
    ['kitty, every key', `${esc}[113u${esc}[27u${esc}[13u${esc}[9;2u`, ['q', 'escape', 'enter', 'shift-tab']],
    ['kitty, shifted', `${esc}[97;2u${esc}[47:63;2u${esc}[49;2;33u`, ['A', '?', '!']],
    ['kitty, repeated and released', `${esc}[97;1:1u${esc}[97;1:2u${esc}[97;1:3u`, ['a', 'a']],
    ['kitty, arrows released', `${esc}[1;1:1A${esc}[1;1:3A`, ['up']],
    ['kitty, keypad', `${esc}[57400u${esc}[57414u${esc}[57419u`, ['1', 'enter', 'up']],
  ])('%s', (_, sent, keys) => {
    expect(keysIn(sent)).toEqual(keys);
  });

  test.each([
    ['alt', `${esc}[113;3u`],
    ['super', `${esc}[113;9u`],
    ['a modifier by itself', `${esc}[57441;2u`],
    ['ctrl and shift', `${esc}[99;6u`],
    ['alt by modifyOtherKeys', `${esc}[27;3;113~`],
    ['an unknown function key', `${esc}[25~${esc}OQ${esc}[1;2S`],
  ])('a key with %s is no other key', (_, sent) => {
    expect(keysIn(sent)).toEqual([]);
  });
});

/** Reports of terminals, and whether the program listens to them. */
const reports: readonly string[] = [
  `${esc}]4;0;rgb:1e1e/1e1e/1e1e${esc}\\`,
  `${esc}]10;rgb:ffff/ffff/ffff\u0007`,
  `${esc}]52;c;cXVpdA==\u0007`,
  `${esc}P>|XTerm(390)${esc}\\`,
  `${esc}P1$r0 q${esc}\\`,
  `${esc}P!|00000000${esc}\\`,
  `${esc}_Gi=31;OK${esc}\\`,
  `${esc}^private${esc}\\`,
  `${esc}[?1;2c`,
  `${esc}[>41;390;0c`,
  `${esc}[12;40R`,
  `${esc}[?997;1n`,
  `${esc}[8;24;80t`,
  `${esc}[?2026;2$y`,
  `${esc}[?1u`,
  `${esc}[I`,
  `${esc}[O`,
  `${esc}[<35;5;5M`,
  `${esc}[M#qq`,
];

test('reports are never keys, however they and the keys are cut into pieces, fast-check seed 5', () => {
  // More different ones at once would be a paste.
  const keys = ['[', 'n', 'é', `${esc}[A`];
  const piece = fc.oneof(
    fc.constantFrom(...reports).map((sent) => ({ sent, keys: [] as string[] })),
    fc.constantFrom(...keys).map((sent) => ({ sent, keys: [sent === `${esc}[A` ? 'up' : sent] })),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(400)), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.map(({ sent }) => sent).join(''));
      const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const parts = at.slice(0, -1).map((from, index) => bytes.subarray(from, at[index + 1]));
      const told = heard(...parts).flatMap((event) => (event.type === 'key' ? [event.name] : []));
      expect(told).toEqual(pieces.flatMap((one) => one.keys));
    }),
    { seed: 5, numRuns: 1000 },
  );
});

/** All that a terminal may send that is no key, and what this program hears in it. */
const answered: readonly (readonly [sent: string, told: TerminalInputEvent['type'] | null])[] = [
  ...reports.map((report) => [report, report.startsWith(`${esc}]10`) ? 'colour' : null] as const),
  [`${esc}]4;0;rgb:1e1e/1e1e/1e1e\u0007`, null],
  [`${esc}]11;rgb:1e/1e/1e\u0007`, 'colour'],
  [`${esc}]11;rgb:1e/1e/1e${esc}\\`, 'colour'],
  [`${esc}]lTitle é ü “q”.${esc}\\`, null],
  [`${esc}[0n`, 'answer'],
  [`${esc}[200~q\rq${esc}[201~`, 'paste'],
  [`${esc}[<0;5;5M`, 'pointer'],
  [`${esc}[32;5;5M`, 'pointer'],
  [`${esc}[M %%`, 'pointer'],
];

/** The same with one control character in place of an escape and a byte: as ECMA-48 has it, and as UTF-8 writes it. */
const in8Bits = (sent: string, write: (code: number) => readonly number[]): Buffer => {
  const bytes: number[] = [...Buffer.from(sent)];
  for (let at = 0; at < bytes.length; at++)
    if (bytes[at] === 27) bytes.splice(at, 2, ...write(bytes[at + 1] + 0x40));
  return Buffer.from(bytes);
};

const forms: readonly (readonly [string, (sent: string) => Buffer])[] = [
  ['in seven bits', (sent) => Buffer.from(sent)],
  ['in eight bits', (sent) => in8Bits(sent, (code) => [code])],
  ['in eight bits as UTF-8', (sent) => in8Bits(sent, (code) => [0xc2, code])],
];

const toldIn = (type: TerminalInputEvent['type'] | null): string[] => (type ? [`not a key: ${type}`] : []);
const eachByte = (bytes: Buffer): Uint8Array[] => [...bytes].map((byte) => Uint8Array.of(byte));
const slowGapsMs = [31, 100, 290, 900];

describe.each(forms)('what a terminal says %s', (_, written) => {
  test.each(answered)('%j is no key, cut in two places anywhere', (sent, type) => {
    const bytes = Buffer.concat([written(sent), Buffer.from('q')]);
    const wrong: string[] = [];
    for (let first = 1; first <= bytes.length; first++)
      for (let second = first; second <= bytes.length; second++) {
        const parts = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
        const keys = keysOf(heard(...parts.filter(({ length }) => length > 0)));
        if (keys.join() !== [...toldIn(type), 'q'].join()) wrong.push(`${first}, ${second}: ${keys}`);
      }
    expect(wrong).toEqual([]);
  });

  test.each(answered)('%j is no key, each byte by itself, fast or slow', (sent, type) => {
    for (const gapMs of [0, 29, 31, 100, 290])
      expect(keysOf(heardAt(gapMs, eachByte(written(sent)), true))).toEqual(toldIn(type));
  });
});

test.each(answered.filter(([sent]) => !/^.(?:\^|\[M)/.test(sent)))(
  '%j is no key where nothing was asked and its escape has been told as one',
  (sent, type) => {
    for (const gapMs of slowGapsMs)
      expect(keysOf(heardAt(gapMs, eachByte(Buffer.from(sent)))).filter((key) => key !== 'escape')).toEqual(
        toldIn(type),
      );
    const late = [sent.slice(0, 1), sent.slice(1)];
    expect(keysOf(heardAt(900, late)).filter((key) => key !== 'escape')).toEqual(toldIn(type));
  },
);

test('a sequence without an end is dropped, its rest too where it comes later, and the next key is a key', () => {
  for (const [sent] of answered)
    for (let cut = 2; cut < sent.length; cut++) {
      const keys = keysOf(heardAt(11_000, [sent.slice(0, cut), 'q']));
      expect([cut, sent, keys.join()]).toEqual([cut, sent, 'q']);
    }
  for (const sent of [`${esc}]11;rgb:1e/1e/1e\u0007`, `${esc}P>|XTerm(390)${esc}\\`, `${esc}[12;40R`])
    for (let cut = 3; cut < sent.length - 1; cut++)
      expect(keysOf(heardAt(2001, [sent.slice(0, cut), sent.slice(cut), 'q']))).toEqual(['q']);
});

test('an escape acts after 30 ms, with an answer on its way after 300, and what introduces a sequence can be typed after it', () => {
  const parser = new InputParser(() => {});
  parser.push(Buffer.from(esc));
  expect(parser.patienceMs).toBe(30);
  const asked = new InputParser(
    () => {},
    () => true,
  );
  asked.push(Buffer.from(esc));
  expect(asked.patienceMs).toBe(300);
  expect(keysOf(heardAt(200, [esc, '[', 'p', ']', 'q']))).toEqual(['escape', '[', 'p', ']', 'q']);
  expect(keysOf(heardAt(1000, [esc, '[', '1']))).toEqual(['escape', '[', '1']);
  expect(keysOf(heardAt(1031, [esc, '[1', ']1']))).toEqual(['escape', '[', '1', ']', '1']);
});

test('keys beyond ASCII are whole however they are cut, and what is no character is no key', () => {
  const bytes = Buffer.from('é漢🙂q');
  for (const gapMs of [0, 31, 1000])
    expect(keysOf(heardAt(gapMs, eachByte(bytes)))).toEqual(['é', '漢', '🙂', 'q']);
  expect(keysOf(heard(Uint8Array.of(0xff, 0xc3, 0x71, 0xbf, 0xe6, 0x1b, 0x5b, 0x41)))).toEqual(['q', 'up']);
});

test('ctrl-c gets through a string or a paste whose end has been lost', () => {
  expect(keysIn(`${esc}]11;rgb:`, '\u0003', 'q')).toEqual(['ctrl-c', 'q']);
  expect(keysIn(`${esc}[200~lost`, '\u0003', 'q')).toEqual(['ctrl-c', 'q']);
  expect(keysIn(`${esc}[`, '\u0003')).toEqual(['ctrl-c']);
});

test('alt with a key that introduces strings is that key', () => {
  expect(keysIn(`${esc}]q`)).toEqual(['escape', ']', 'q']);
  expect(keysIn(`${esc}Px`)).toEqual(['escape', 'P', 'x']);
});

test('answers and colours are told', () => {
  expect(heard(`${esc}[0n`, `${esc}]11;rgb:ff/ff/ff\u0007`)).toEqual([
    { type: 'answer' },
    { type: 'colour', which: '11', colour: 'rgb:ff/ff/ff' },
  ]);
});

test.each([
  ['SGR', `${esc}[<0;1;1M${esc}[<65;80;24M${esc}[<2;5;5M${esc}[<0;1;1m`],
  ['X10', `${esc}[M !!${esc}[Map8${esc}[M"%%${esc}[M#!!`],
  ['urxvt', `${esc}[32;1;1M${esc}[97;80;24M${esc}[34;5;5M${esc}[35;1;1M`],
])('the mouse in the encoding %s is told in cells, the upper left one being 0, 0', (_, sent) => {
  expect(heard(sent)).toEqual([
    { type: 'pointer', pointer: { kind: 'press', column: 0, row: 0 } },
    { type: 'pointer', pointer: { kind: 'wheel-down', column: 79, row: 23 } },
  ]);
});

test('pasted text is one paste, its keys and sequences text, cut anywhere', () => {
  const text = `p\rexport é ${esc}[A q`;
  const sent = Buffer.from(`${esc}[200~${text}${esc}[201~x`);
  for (let cut = 1; cut < sent.length; cut++)
    expect(heard(sent.subarray(0, cut), sent.subarray(cut))).toEqual([
      { type: 'paste', text },
      { type: 'key', name: 'x' },
    ]);
});

test('text that comes at once without brackets is a paste, and goes on until nothing more comes', () => {
  const events: TerminalInputEvent[] = [];
  const parser = new InputParser((event) => events.push(event));
  for (const part of ['export LR=0.01\r', 'p\r']) parser.push(Buffer.from(part));
  expect(parser.patienceMs).toBe(30);
  parser.decide();
  parser.push(Buffer.from('p\r'));
  expect(events).toEqual([
    { type: 'paste', text: 'export LR=0.01\r' },
    { type: 'paste', text: 'p\r' },
    { type: 'key', name: 'p' },
    { type: 'key', name: 'enter' },
  ]);
});

test.each([
  ['a key held down', 'jjjjjjjjjj'],
  ['keys in turn', 'jkjkjkjk'],
  ['a few keys on a slow link', 'pjj\rq'],
  ['keys beside one that types nothing', `123456${esc}[A`],
])('%s are keys', (_, sent) => {
  expect(keysIn(sent).length).toBeGreaterThan(4);
});

test('a paste of more than a megabyte is cut and passes', () => {
  const [paste, key] = heard(`${esc}[200~${'x'.repeat(1_100_000)}${esc}[201~q`);
  expect(paste).toMatchObject({ type: 'paste' });
  expect(paste.type === 'paste' && paste.text.length).toBe(65_536);
  expect(key).toEqual({ type: 'key', name: 'q' });
});

test('escape by itself is a key, a moment later', async () => {
  const stdin = Object.assign(new PassThrough(), { setRawMode: () => {}, ref: () => {}, unref: () => {} });
  await new Promise<void>((resolve) => {
    const input = new TerminalInput(stdin as unknown as ReadStream, (event) => {
      expect(event).toEqual({ type: 'key', name: 'escape' });
      input.stop();
      resolve();
    });
    input.start();
    stdin.write(esc);
  });
});
