import { afterEach, expect, test, vi } from 'vitest';
import type { Host } from '../../../src/commands/host/process-host.js';
import { defaultSettings } from '../../../src/commands/host/settings.js';
import { canDraw, terminalTraits, wantsSentences } from '../../../src/commands/host/terminal-traits.js';
import { readOptions } from '../../../src/commands/line/options.js';
import { roleCodes } from '../../../src/ui/terminal/theme.js';

const on = (environment: Host['environment'], args: readonly string[] = []) => {
  const stream = { isTTY: true };
  const host = { environment, args, stdin: stream, stdout: stream } as unknown as Host;
  return { host, options: readOptions(args) };
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

/** What sets a colour: of the terminal's own sixteen, of 256, or any. */
const colours = {
  sixteen: /^(39|3[0-7]|9[0-7])$/,
  '256': /^(39|38;5;\d+)$/,
  any: /^(39|38;2;\d+;\d+;\d+)$/,
};

afterEach(() => vi.unstubAllEnvs());

test.each([
  ['linux', {}, 'sixteen', 'ascii', false],
  ['vt100', {}, 'sixteen', 'ascii', false],
  ['xterm', {}, 'sixteen', 'utf8', true],
  ['screen', {}, 'sixteen', 'utf8', false],
  ['xterm-256color', {}, '256', 'utf8', true],
  ['screen-256color', {}, '256', 'utf8', false],
  ['tmux-256color', {}, '256', 'utf8', true],
  ['xterm-256color', { COLORTERM: 'truecolor' }, 'any', 'utf8', true],
] as const)('TERM=%s with %j gets %s colours, %s characters, is asked for its background: %s', (...row) => {
  const [term, more, palette, drawing, asksBackground] = row;
  for (const name of [
    'CI',
    'TMUX',
    'COLORTERM',
    'NO_COLOR',
    'FORCE_COLOR',
    'TERM_PROGRAM',
    'TEAMCITY_VERSION',
  ])
    vi.stubEnv(name, undefined);
  const environment = { TERM: term, LANG: 'C.UTF-8', ...more };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { host, options } = on(environment);
  const traits = terminalTraits(host, options, defaultSettings);
  expect(traits).toMatchObject({ drawing, asksBackground });
  const codes = roleCodes('dark', traits.colorLevel).map(({ colour }) => colour);
  expect(codes.filter((code) => !colours[palette].test(code))).toEqual([]);
});
