import { presetJsonSchema } from '../experiment/index.js';
import { alternatives, shown, UserError } from '../input/index.js';
import { logJsonSchema } from '../protocol/index.js';
import { interventionJsonSchema } from '../run/index.js';
import { sweepJsonSchema } from '../sweep/index.js';
import type { RunCommand } from './command-row.js';
import { settingsJsonSchema } from './host/settings.js';
import { type SchemaName, schemaNames } from './line/schema-names.js';

const schemas: Readonly<Record<SchemaName, () => object>> = {
  preset: () => presetJsonSchema(interventionJsonSchema()),
  sweep: sweepJsonSchema,
  settings: settingsJsonSchema,
  'frame-log': logJsonSchema,
};

/** The text of a JSON Schema, as the package has it in the folder schemas. */
export const schemaText = (name: SchemaName): string => JSON.stringify(schemas[name](), null, 2);

/** Prints a JSON Schema. */
export const run: RunCommand = ({ out }, words) => {
  const name = schemaNames.find((known) => known === words[0]);
  if (name === undefined || words.length > 1) {
    const got = words.length === 0 ? 'nothing' : shown(words.join(' '));
    throw new UserError(`schema: got ${got}, allowed: ${alternatives(schemaNames)}`);
  }
  out(schemaText(name));
  return 0;
};
