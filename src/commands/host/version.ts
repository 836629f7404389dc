import { readFileSync } from 'node:fs';
import * as z from 'zod';

const packageSchema = z.object({ version: z.string() });

/** "teachtop 0.1.0", from the package beside src and dist. */
export const programName = (): string => {
  const file = new URL('../../../package.json', import.meta.url);
  const { version } = packageSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return `teachtop ${version}`;
};
