import * as z from 'zod';
import { experimentFields, referenceAliases } from './experiment.js';
import { allowedValues } from './refusal.js';

const defaultOf = (field: z.ZodType): string => {
  const { default: value } = z.toJSONSchema(field, { io: 'input' });
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``;
};

const aliasesOf = (key: string): string =>
  Object.entries(referenceAliases)
    .flatMap(([alias, target]) => (target === key ? [`\`${alias}\``] : []))
    .join(', ');

/** Every setting of an experiment as a Markdown page, read off the schema that validates it. */
export const experimentMarkdown = (): string => {
  const rows = Object.entries(experimentFields).map(
    ([key, field]) =>
      `| \`${key}\` | ${field.description ?? 'kind of experiment'} | ${defaultOf(field)} | ${allowedValues(field)} | ${aliasesOf(key)} |`,
  );
  return `# Settings of an experiment

For presets, and for \`--set KEY=VALUE\`. The published code's option names (luckmatters, two-layer configuration) are
accepted beside ours. \`n\` and \`multi\` exclude each other; with \`noBias\` the teacher's \`bias\` is 0; with
\`theoryData\` the training set has 3 m ceil(trainSize / 3m) samples.

| setting | what | default | allowed | published name |
| --- | --- | --- | --- | --- |
${rows.join('\n')}`;
};
