/**
 * Prints what the real program shows on a terminal of this size, once a pattern has appeared on it:
 * `node scripts/capture-frame.ts COLUMNS ROWS PATTERN [ARGUMENT ...]`. The README's frame is made by it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { personalEnvironment, TerminalProgram } from '../test/support/terminal-program.ts';

const [columns, rows, pattern, ...args] = process.argv.slice(2);
const home = mkdtempSync(join(tmpdir(), 'teachtop-capture-'));
const program = new TerminalProgram(args, {
  columns: Number(columns),
  rows: Number(rows),
  environment: personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home }),
});
try {
  await program.waitFor(new RegExp(pattern), 120_000);
  console.log(program.screen.join('\n').trimEnd());
} finally {
  program.press('q');
  await program.exited;
  rmSync(home, { recursive: true });
}
