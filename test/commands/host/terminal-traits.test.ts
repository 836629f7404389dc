import { expect, test } from 'vitest';
import type { Host } from '../../../src/commands/host/process-host.js';
import { canDraw, wantsSentences } from '../../../src/commands/host/terminal-traits.js';
import { readOptions } from '../../../src/commands/line/options.js';

const on = (environment: Host['environment'], args: readonly string[] = []) => {
  const stream = { isTTY: true };
  const host = { environment, args, stdin: stream, stdout: stream } as unknown as Host;
  return { host, options: readOptions(args, import.meta) };
};

test.each([
  [{ TERM: 'xterm-256color' }, true, false],
  [{ TERM: 'dumb' }, false, true],
  [{ TERM: 'xterm-256color', INK_SCREEN_READER: 'true' }, false, true],
])('a terminal with %j: screen %s, sentences %s', (environment, draws, speaks) => {
  const context = on(environment);
  expect([canDraw(context), wantsSentences(context)]).toEqual([draws, speaks]);
});

test('lines that are asked for come without sentences', () => {
  expect(wantsSentences(on({ TERM: 'xterm', INK_SCREEN_READER: 'true' }, ['--headless']))).toBe(false);
});
