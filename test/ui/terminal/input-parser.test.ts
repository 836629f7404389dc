import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputParser, type TerminalInputEvent } from '../../../src/ui/terminal/input-parser.js';
import { TerminalInput } from '../../../src/ui/terminal/terminal-input.js';

const esc = '\u001b';

/** What a terminal that sends these pieces is understood to say, a lone escape at the end being a key. */
const heard = (...pieces: readonly (string | Uint8Array)[]): TerminalInputEvent[] => {
  const events: TerminalInputEvent[] = [];
  const parser = new InputParser((event) => events.push(event));
  for (const piece of pieces) parser.push(Buffer.from(piece));
  parser.decide();
  return events;
};

const keysIn = (...pieces: readonly string[]): string[] =>
  heard(...pieces).flatMap((event) => (event.type === 'key' ? [event.name] : [`not a key: ${event.type}`]));

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

test('every report is told whole whatever part of it is late, after its escape too', () => {
  for (const report of [`${esc}[0n`, `${esc}]11;rgb:1e/1e/1e\u0007`, `${esc}P>|XTerm(390)${esc}\\`])
    for (let cut = 1; cut < report.length; cut++) {
      const events: TerminalInputEvent[] = [];
      const parser = new InputParser((event) => events.push(event));
      parser.push(Buffer.from(report.slice(0, cut)));
      parser.decide();
      parser.push(Buffer.from(report.slice(cut)));
      const keys = events.filter(({ type }) => type === 'key');
      // A long pause right after the escape makes it the key; what follows is still no key.
      expect(keys).toEqual(cut === 1 ? [{ type: 'key', name: 'escape' }] : []);
    }
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
  expect(parser.isUndecided).toBe(true);
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
