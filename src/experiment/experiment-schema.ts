import { editorSchema } from '../input/index.js';
import { type ExperimentKind, experimentFields, referenceAliases } from './experiment.js';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The settings of a kind as properties: ours, and the published names, which mean the same. */
const propertiesOf = (kind: ExperimentKind): JsonSchema => {
  const schemas = Object.fromEntries(
    Object.entries(experimentFields(kind)).map(([key, field]) => [key, editorSchema(field)]),
  );
  const published = Object.entries(referenceAliases)
    .filter(([, key]) => Object.hasOwn(schemas, key))
    .map(([alias, key]): [string, JsonSchema] => [
      alias,
      { ...schemas[key], description: `the published name of ${key}` },
    ]);
  return { ...schemas, ...Object.fromEntries(published) };
};

const objectOf = (kind: ExperimentKind): JsonSchema => ({
  properties: propertiesOf(kind),
  additionalProperties: false,
});

/**
 * JSON Schema of an experiment's settings as a file gives them: by our names or the published ones, all optional.
 * Which settings go together is said by the program alone.
 */
export const experimentJsonSchema = (): JsonSchema => ({
  type: 'object',
  if: { properties: { kind: { const: 'multi-layer' } }, required: ['kind'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: objectOf('multi-layer'),
  else: objectOf('two-layer'),
});
