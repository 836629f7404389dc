import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLog } from '../../src/log/log-reader.js';
import { patienceMs } from '../support/patience.js';
import { personalEnvironment, TerminalProgram } from '../support/terminal-program.js';
import { randomNumbers, scale, tell } from './scale.js';

/** Every printable key but q, and those with names; what stops or suspends the program is pressed at the end only. */
const keys: readonly string[] = [
  ...Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).filter((key) => key !== 'q'),
  ...[' ', '\t', '\r', '\u001b', '\u007f', '\u000c', '\u001b[Z'],
  ...['A', 'B', 'C', 'D', 'H', 'F', '5~', '6~'].map((end) => `\u001b[${end}`),
];
const keysEach = 20;
const repaint = '\u000c\u000c';
/** Sequences after which the program is quit and started anew. */
const sequencesEach = 10;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-keys-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const open = (): TerminalProgram =>
  new TerminalProgram(['quick-start', '--epochs', '20000'], {
    columns: 100,
    rows: 30,
    environment: personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home }),
  });

const quit = async (program: TerminalProgram): Promise<void> => {
  program.press('\u0003');
  expect(await program.exited).toMatchObject({ exitCode: 0 });
  expect(program.onAlternateScreen).toBe(false);
  expect(program.output.lastIndexOf('\u001b[?25h')).toBeGreaterThan(
    program.output.lastIndexOf('\u001b[?25l'),
  );
};

test(
  `random keys leave the screen and the log in order, ${scale.keySequences} sequences, seed ${scale.seed}`,
  async () => {
    const random = randomNumbers(scale.seed);
    let [sequences, programs] = [0, 0];
    while (sequences < scale.keySequences) {
      const program = open();
      programs++;
      await program.waitFor(/quick-start|Quick/i);
      for (let at = 0; at < sequencesEach && sequences < scale.keySequences; at++, sequences++) {
        const before = program.output.length;
        for (let key = 0; key < keysEach; key++) program.press(keys[Math.floor(random() * keys.length)]);
        // Drawn again whole, whatever the keys did: a paused screen would write nothing.
        program.press(repaint);
        await program.outputBeyond(before);
        await program.waitFor(/epoch +[\d,]+\/[\d,]+/);
        expect(program.hasEverWrapped).toBe(false);
        expect(program.onAlternateScreen).toBe(true);
      }
      await quit(program);
    }
    const runs = join(home, 'teachtop', 'runs');
    const logs = await Promise.all(readdirSync(runs).map((name) => readLog(join(runs, name))));
    expect(logs.every(({ tornBytes }) => tornBytes === 0)).toBe(true);
    tell(
      `random keys: ${sequences} sequences of ${keysEach} keys in ${programs} programs, no wrapped row, ` +
        `terminal restored each time, ${logs.length} logs read whole`,
    );
  },
  patienceMs * 4,
);
