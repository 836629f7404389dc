import * as z from 'zod';

/** `$schema` in a file that people write: an editor looks there for what the file may hold, the program does not. */
export const schemaReference = z.string().max(4096).optional().describe('where an editor finds this schema');

const dialect = 'http://json-schema.org/draft-07/schema#';

/** Control characters and separators of lines, in the words that the regular expressions of every language have. */
const controls = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029';

/** JSON Schema of a value as people write it, in draft 7, which editors know best. */
export const editorSchema = (schema: z.ZodType): Readonly<Record<string, unknown>> => {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      // Keywords of ours; validators may refuse one that they do not know.
      delete jsonSchema.allowed;
      delete jsonSchema.first;
      // Many validators know no classes of Unicode; what is left of them, the program refuses.
      jsonSchema.pattern &&= jsonSchema.pattern.replace(/(\\p\{\w+\})+/g, controls);
    },
  });
  return rest;
};

/**
 * JSON Schema of a whole file. `parts` takes the place of properties whose values another reader checks; their
 * descriptions stay.
 */
export const fileJsonSchema = (
  title: string,
  schema: z.ZodObject,
  parts: Readonly<Record<string, object>> = {},
): object => {
  const { properties, ...rest } = editorSchema(schema);
  const described = Object.entries(parts).map(([key, part]) => [
    key,
    { description: schema.shape[key]?.description, ...part },
  ]);
  return {
    $schema: dialect,
    title,
    ...rest,
    properties: { ...(properties as object), ...Object.fromEntries(described) },
  };
};
