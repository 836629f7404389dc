import { expect, test } from 'vitest';
import { nativeProblem } from '../../../src/engine/tfjs/native-trial.js';

const moduleOf = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

test.each([
  ['loads', 'export const loaded = true;', null],
  ['throws', 'throw new Error("no such library\\nand more");', 'no such library'],
  [
    'dies of a signal',
    'process.kill(process.pid, "SIGILL"); await new Promise(() => setInterval(() => {}, 1000));',
    'it ends the process that loads it (SIGILL)',
  ],
  ['ends its process', 'process.exit(3);', 'its process ended with exit code 3'],
])('a module that %s', (_, code, problem) => {
  expect(nativeProblem(moduleOf(code))).toBe(problem);
});
