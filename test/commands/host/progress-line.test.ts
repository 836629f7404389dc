import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ProgressLine } from '../../../src/commands/host/progress-line.js';

/** A line on a terminal, or on none, whose clock stands until it is set. */
const lineOn = (isTTY: boolean, TERM = 'xterm') => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const time = { now: 0 };
  const line = new ProgressLine(
    { stderr: stream as unknown as NodeJS.WriteStream, environment: { TERM } },
    () => time.now,
  );
  return { line, time, written: (): string => stream.read() ?? '' };
};

test('on a terminal one line is renewed now and then, and is gone at the end', () => {
  const { line, time, written } = lineOn(true);
  line.show('1 of 9');
  time.now = 300;
  line.show('2 of 9');
  time.now = 500;
  line.show('3 of 9');
  time.now = 600;
  line.show('4 of 9');
  line.clear();
  line.clear();
  expect(written()).toBe('\r\x1b[K2 of 9\r\x1b[K4 of 9\r\x1b[K');
});

test.each([
  ['no terminal', lineOn(false)],
  ['a terminal that cannot go back in a line', lineOn(true, 'dumb')],
])('on %s nothing is written', (_, { line, time, written }) => {
  time.now = 1000;
  line.show('1 of 9');
  line.clear();
  expect(written()).toBe('');
});
