import * as z from 'zod';
import { allowedValues } from '../input/index.js';
import { experimentFields, referenceAliases } from './experiment.js';

const defaultOf = (field: z.ZodType): string => {
  const { default: value } = z.toJSONSchema(field, { io: 'input' });
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``;
};

const aliasesOf = (key: string): string =>
  Object.entries(referenceAliases)
    .flatMap(([alias, target]) => (target === key ? [`\`${alias}\``] : []))
    .join(', ');

const table = (fields: Readonly<Record<string, z.ZodType>>): string => {
  const rows = Object.entries(fields).map(
    ([key, field]) =>
      `| \`${key}\` | ${field.description ?? 'kind of experiment'} | ${defaultOf(field)} | ${allowedValues(field).replaceAll('|', '\\|')} | ${aliasesOf(key)} |`,
  );
  return `| setting | what | default | allowed | published name |
| --- | --- | --- | --- | --- |
${rows.join('\n')}`;
};

/** Every setting of an experiment as a Markdown page, read off the schemas that validate it. */
export const experimentMarkdown = (): string => `# Settings of an experiment

For presets, and for \`--set KEY=VALUE\`. The published code's option names (luckmatters, two-layer and multi-layer
configuration) are accepted beside ours.

## Two layers

\`n\` and \`multi\` exclude each other; with \`noBias\` the teacher's \`bias\` is 0; with \`theoryData\` the training set
has 3 m ceil(trainSize / 3m) samples. With \`secondLayer\` \`strengthDecay\` is 0 and \`topLayerFixed\` true; with
\`onlineSamples\` \`trainSize\` is stepsPerEpoch batchSize and \`regenerateData\` true.

${table(experimentFields('two-layer'))}

## Several layers

\`"kind": "multi-layer"\`. Dense layers, or 3x3 convolutions, under a linear head. An epoch is trainSize / batchSize
steps, the last batch possibly short. Files are looked up in the folder that \`--data-dir\` names.

${table(experimentFields('multi-layer'))}`;
