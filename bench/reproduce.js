import { fileURLToPath } from 'node:url';
import { runReproduce } from '../dist/commands/reproduce.js';
import { UserError } from '../dist/input/user-error.js';

const statistics = fileURLToPath(new URL('reference-statistics.json', import.meta.url));

try {
  await runReproduce(process.argv.slice(2), statistics, (line) => console.log(line));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
